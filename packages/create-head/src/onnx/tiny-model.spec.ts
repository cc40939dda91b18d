import { describeOnnx } from '@medzoo/core';
import { samMed2dTiny } from '@medzoo/sam-med2d';
import { expect, it } from 'vitest';
import { TASKS } from '../ask/answers.js';
import { EMBEDDING, tinyModel } from './tiny-model.js';
import { writeOnnx, type OnnxGraph } from './write-onnx.js';

it("reads the embedding of medzoo's own encoder", () => {
  const [output] = samMed2dTiny.trained.model.outputs;
  expect(output?.shape.slice(1)).toEqual([EMBEDDING.channels, EMBEDDING.height, EMBEDDING.width]);
});

it.each(TASKS)('writes a model of %s that declares what it has', (task) => {
  for (const exclusive of [false, true]) expectDeclared(tinyModel(task, 3, { exclusive }));
});

function expectDeclared(graph: OnnxGraph): void {
  const found = describeOnnx(writeOnnx(graph));
  expect(found).toMatchObject({ irVersion: 9, opsets: { '': 17 }, inputs: graph.inputs, outputs: graph.outputs });
}
