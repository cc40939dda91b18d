import { expect, it } from 'vitest';
import { readExternalData } from './external-data.js';

/** A field with a length, of a protobuf message. */
function field(number: number, value: string | Uint8Array | readonly Uint8Array[]): Uint8Array {
  const bytes = typeof value === 'string' ? Buffer.from(value) : Array.isArray(value) ? Buffer.concat(value) : value;
  const { length } = bytes as Uint8Array;
  return Buffer.concat([Uint8Array.of(number * 8 + 2, (length & 0x7f) | 0x80, length >> 7), bytes as Uint8Array]);
}

const entry = (key: string, value: string) => field(13, [field(1, key), field(2, value)]);
const weight = (...entries: readonly Uint8Array[]) => field(5, [entry('location', 'weights.bin'), ...entries]);
const plain = weight(entry('offset', '0'), entry('length', '100'));
const packed = weight(
  ...[entry('offset', '4096'), entry('length', '200')],
  entry('prepacked_1', 'MatMul+123|8192;300;0'),
  entry('prepacked_2', 'Conv+456|12288;10;0|12544;20;0'),
);

it('counts weights as they are packed, where they are', () => {
  expect(readExternalData(field(7, [plain]))).toEqual({ usedBytes: 100, endsAt: 100, isAligned: true });
  expect(readExternalData(field(7, [plain, packed]))).toEqual({ usedBytes: 430, endsAt: 12_564, isAligned: true });
});

it('counts those of loops and branches', () => {
  const loop = field(1, [field(5, [field(6, [packed])])]);
  expect(readExternalData(field(7, [loop, plain]))).toEqual({ usedBytes: 430, endsAt: 12_564, isAligned: true });
});

it('finds nothing in a model without such a file', () => {
  expect(readExternalData(field(7, [field(5, [field(8, 'weight')])]))).toEqual({
    usedBytes: 0,
    endsAt: 0,
    isAligned: true,
  });
  expect(readExternalData(new Uint8Array())).toEqual({ usedBytes: 0, endsAt: 0, isAligned: true });
});

it('says whether kernels can read what is packed, which they do not do at any place', () => {
  const at = (place: number, length = 300) =>
    field(7, [plain, weight(entry('offset', '100'), entry('prepacked_1', `MatMul+123|${place};${length};0`))]);
  expect(readExternalData(at(64)).isAligned).toBe(true);
  expect([16, 32, 48, 100].map((place) => readExternalData(at(place)).isAligned)).toEqual(Array(4).fill(false));
  expect(readExternalData(at(16, 0)).isAligned).toBe(true);
  expect(readExternalData(field(7, [weight(entry('offset', '100'), entry('length', '7'))])).isAligned).toBe(true);
});
