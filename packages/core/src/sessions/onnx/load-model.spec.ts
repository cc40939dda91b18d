import { expect, it } from 'vitest';
import { ZooError } from '../../contract/index.js';
import { loadModel, prefetchFile, scalesByRun } from './load-model.js';

it.each([
  ['DynamicQuantizeLinear', true],
  ['DynamicQuantizeMatMul', true], // what ONNX Runtime saves of a model that it has optimised
  ['DynamicQuantizeLSTM', true],
  ['QuantizeLinear', false],
])('a graph with %s scales by all items of a run: %s', (operator, expected) => {
  const file = new TextEncoder().encode(`the head of a file, ${operator}, and the rest`);
  expect(scalesByRun({ bytes: file.subarray(4) })).toBe(expected);
});

it('does not blame a variant for who has left, and does for a file that is missing', async () => {
  const url = new URL('missing.onnx', import.meta.url).href;
  const file = { precision: 'int8', spec: { url, sha256: '0'.repeat(64), bytes: 1, inputs: [], outputs: [] } };
  const closed = new ZooError('BACKEND_UNAVAILABLE', 'The zoo is closed.');
  const signal = AbortSignal.abort(closed);
  await expect(loadModel(file, undefined, signal)).rejects.toBe(closed);
  await expect(prefetchFile(file, undefined, { signal })).rejects.toBe(closed);
  await expect(loadModel(file, undefined)).rejects.toThrow('variant "int8" cannot be opened');
  await expect(prefetchFile(file)).rejects.toThrow('variant "int8" cannot be opened');
});
