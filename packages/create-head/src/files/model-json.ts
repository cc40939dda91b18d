import { createHash } from 'node:crypto';
import { isExclusive, type HeadAnswers } from '../ask/answers.js';
import { tinyModel } from '../onnx/tiny-model.js';
import { writeOnnx } from '../onnx/write-onnx.js';

/** The encoder that a new head reads, that of @medzoo/sam-med2d: a zoo serves no head that names none. */
const ENCODER = {
  id: 'sam-med2d-tiny',
  sha256: '9258790230d9010d77a292429df0441ad1d0ae361b121bc01873c3395670df87',
};

/** head.onnx with random weights, and the model.json that says so: `untrained`, of no data. */
export function modelFiles(answers: HeadAnswers): Readonly<Record<string, string | Uint8Array>> {
  const { id, task, labels, licence, quantities } = answers;
  const graph = tinyModel(task, labels.length, { exclusive: isExclusive(answers) });
  const onnx = writeOnnx(graph);
  const { inputs, outputs } = graph;
  const sha256 = createHash('sha256').update(onnx).digest('hex');
  const model = {
    schema: 1,
    name: id,
    version: '0.1.0',
    model: { url: './head.onnx', sha256, bytes: onnx.length, inputs, outputs },
    encoder: ENCODER,
    labels,
    ...(task === 'regression' && {
      quantities: Object.fromEntries(Object.entries(quantities).map(([label, unit]) => [label, { unit }])),
    }),
    metrics: [],
    trainedOn: [],
    untrained: true,
    licence: licence ?? 'TO DECIDE',
  };
  return { 'model/head.onnx': onnx, 'model/model.json': `${JSON.stringify(model, undefined, 2)}\n` };
}
