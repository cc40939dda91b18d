import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tinyModel, writeOnnx, type OnnxGraph } from '@medzoo/create-head';
import { createOnnxBackend, decodeImage, preprocess } from '@medzoo/core';
import { softmax, type Tensor, type Tensors } from '@medzoo/core/contract';
import { samMed2dTiny } from '@medzoo/sam-med2d';
import sharp from 'sharp';

/** What a head without code is made of; a test changes one part of it. */
export interface HeadParts {
  readonly graph: OnnxGraph;
  /** Fields of model.json, over those that fit the graph. */
  readonly model: Readonly<Record<string, unknown>>;
}

export const LABELS = ['benign', 'malignant'] as const;

/** A head of two classes that a zoo takes, as `medzoo-train` writes it. */
export const GOOD_HEAD: HeadParts = {
  graph: tinyModel('classification', LABELS.length),
  model: {
    schema: 1,
    name: 'lesions',
    version: '0.1.0',
    manifest: { id: 'lesions', title: 'Lesions', intendedUse: 'Tests. Not for diagnosis.', modalities: ['XC'] },
    encoder: { id: samMed2dTiny.id, sha256: samMed2dTiny.trained.model.sha256 },
    labels: LABELS,
    calibration: { temperature: 1 },
    metrics: [{ name: 'accuracy', value: 0.9, dataset: 'lesions', split: 'test', n: 10 }],
    trainedOn: [{ dataset: 'lesions', licence: 'CC0', n: 10 }],
    licence: 'Apache-2.0',
  },
};

/** Writes head.onnx and model.json into a new folder, which it gives back. */
export async function writeHead({ graph, model }: HeadParts): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'head-'));
  await mkdir(join(folder, 'model'));
  const bytes = writeOnnx(graph);
  const { inputs, outputs } = graph;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = { url: './head.onnx', sha256, bytes: bytes.length, inputs, outputs };
  await writeFile(join(folder, 'model/head.onnx'), bytes);
  await writeFile(join(folder, 'model/model.json'), JSON.stringify({ model: file, ...model }));
  return folder;
}

/** Writes the golden record of the good head, as its exporter would, into a folder of a head. */
export async function writeGolden(folder: string): Promise<void> {
  const pixels = Uint8Array.from({ length: 48 * 32 * 3 }, (_, index) => (index * 7) % 251);
  const picture = await sharp(pixels, { raw: { width: 48, height: 32, channels: 3 } })
    .png()
    .toBuffer();
  const stages = await runStages(await writeHead(GOOD_HEAD), picture);
  const probabilities = softmax(stages.logits!.data as Float32Array);
  const scores = Object.fromEntries(LABELS.map((label, index) => [label, probabilities[index]]));
  const record = {
    image: 'golden.png',
    labels: LABELS,
    answer: { task: 'classification', scores },
    stages: Object.fromEntries(Object.entries(stages).map(([name, tensor]) => [name, sample(tensor)])),
  };
  await writeFile(join(folder, 'model/golden.png'), picture);
  await writeFile(join(folder, 'model/golden.json'), JSON.stringify(record));
}

async function runStages(folder: string, picture: Buffer): Promise<Tensors> {
  const backend = await createOnnxBackend({ threads: 1 });
  const encoder = await backend.open(samMed2dTiny.trained.model);
  const { readModelFile } = await import('@medzoo/core/model');
  const head = await backend.open(readModelFile(join(folder, 'model/model.json')).model);
  const image = preprocess(await decodeImage(picture), samMed2dTiny.trained.preprocess);
  const { embedding } = await encoder.run({ image });
  const { logits } = await head.run({ embedding: embedding! });
  await Promise.all([encoder.close(), head.close()]);
  return { image, embedding: embedding!, logits: logits! };
}

function sample({ shape, data }: Tensor) {
  const values = Array.from(data, Number);
  const stride = Math.max(1, Math.floor(values.length / 256));
  return {
    shape,
    min: values.reduce((a, b) => Math.min(a, b)),
    max: values.reduce((a, b) => Math.max(a, b)),
    mean: values.reduce((a, b) => a + b) / values.length,
    stride,
    values: values.filter((_, index) => index % stride === 0),
  };
}
