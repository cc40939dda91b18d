import { expect, it } from 'vitest';
import { scalesByRun } from './load-model.js';

it.each([
  ['DynamicQuantizeLinear', true],
  ['DynamicQuantizeMatMul', true], // what ONNX Runtime saves of a model that it has optimised
  ['DynamicQuantizeLSTM', true],
  ['QuantizeLinear', false],
])('a graph with %s scales by all items of a run: %s', (operator, expected) => {
  const file = new TextEncoder().encode(`the head of a file, ${operator}, and the rest`);
  expect(scalesByRun({ bytes: file.subarray(4) })).toBe(expected);
});
