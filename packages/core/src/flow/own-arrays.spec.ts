import { deserialize, serialize } from 'node:v8';
import { expect, it } from 'vitest';
import { ownArrays } from './own-arrays.js';

it('gives each typed array memory of its own, and leaves the rest as it is', () => {
  const given = {
    masks: [{ png: Buffer.from('png'), label: 'left', box: null }],
    map: { values: Float32Array.of(1, 2) },
  };
  const read = deserialize(serialize(given)) as typeof given;
  expect(read.map.values.buffer.byteLength).toBeGreaterThan(8);
  const own = ownArrays(read);
  expect(own).toEqual(given);
  expect(own.map.values.buffer.byteLength).toBe(8);
  expect(own.masks[0]!.png.buffer.byteLength).toBe(3);
  expect(ownArrays(Uint8Array.of(1, 2, 3).subarray(1)).buffer.byteLength).toBe(2);
});
