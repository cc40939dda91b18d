import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { findNanWeight } from './find-nan-weight.js';

/** A field of a protobuf message that has a length of less than 128. */
const field = (number: number, content: Uint8Array | string): Buffer =>
  Buffer.concat([Buffer.of(number * 8 + 2, content.length), Buffer.from(content)]);
const varint = (number: number, value: number): Buffer => Buffer.of(number * 8, value);

function tensor(name: string, type: number, ...data: Buffer[]): Buffer {
  return Buffer.concat([varint(2, type), field(8, name), ...data]);
}
const floats = (...values: number[]): Buffer => Buffer.from(Float32Array.from(values).buffer);
const halves = (...values: number[]): Buffer => Buffer.from(Uint16Array.from(values).buffer);
const model = (...graph: Buffer[]): Buffer => field(7, Buffer.concat(graph));

const FLOAT = 1;
const HALF = 10;
const INT64 = 7;
const good = field(5, tensor('good', FLOAT, field(9, floats(0, 1))));

it('finds NaN among weights of float32 and float16, wherever they are kept', () => {
  const raw = tensor('raw', FLOAT, field(9, floats(1, NaN)));
  expect(findNanWeight(model(good, field(5, raw)))).toBe('raw');
  expect(findNanWeight(model(field(5, tensor('packed', FLOAT, field(4, floats(1, NaN))))))).toBe('packed');
  expect(findNanWeight(model(field(5, tensor('half', HALF, field(9, halves(0x3c00, 0x7e00))))))).toBe('half');
  const constant = field(1, field(5, field(5, raw)));
  const inLoop = field(1, field(5, field(6, field(5, raw))));
  for (const node of [constant, inLoop]) expect(findNanWeight(model(good, node))).toBe('raw');
});

it('finds it in external data, at its place', () => {
  const entry = (key: string, value: string) => field(13, Buffer.concat([field(1, key), field(2, value)]));
  const outside = (offset: number) =>
    model(field(5, tensor('outside', FLOAT, entry('offset', String(offset)), entry('length', '4'))));
  expect(findNanWeight(outside(4), floats(1, NaN, 2))).toBe('outside');
  expect(findNanWeight(outside(8), floats(1, NaN, 2))).toBeUndefined();
});

it('lets infinities, other types and whole models pass, and what is no protobuf', async () => {
  const infinite = tensor('mask', FLOAT, field(9, floats(-Infinity)));
  const infiniteHalf = tensor('mask', HALF, field(9, halves(0xfc00)));
  const integers = tensor('integers', INT64, field(9, floats(NaN, NaN)));
  expect(findNanWeight(model(...[infinite, infiniteHalf, integers].map((one) => field(5, one))))).toBeUndefined();
  for (const name of ['classes', 'slow', 'int8']) {
    const bytes = await readFile(new URL(`../../../../test-models/${name}.onnx`, import.meta.url));
    expect(findNanWeight(bytes)).toBeUndefined();
    for (let end = 0; end < bytes.length; end += 7) expect(findNanWeight(bytes.subarray(0, end))).toBeUndefined();
  }
  expect(findNanWeight(Buffer.from('hello world'))).toBeUndefined();
});
