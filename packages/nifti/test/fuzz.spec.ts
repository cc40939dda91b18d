import { gzipSync } from 'node:zlib';
import { isZooError } from '@medzoo/core/contract';
import { expect, test } from 'vitest';
import { createNiftiDecoder } from '../src/index.js';
import { writeNifti } from './write-nifti.js';

/** `MEDZOO_FUZZ=1000` is the long run. */
const COUNT = Number(process.env.MEDZOO_FUZZ ?? 300);
const HEADER_BYTES = 352;

/** The same numbers each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test(`${COUNT} hurt files end in pixels or in an error of ours, and good files are read after each`, () => {
  const values = Uint8Array.from({ length: 4 * 5 * 6 * 2 }, (_, index) => index);
  const plain = writeNifti({
    size: [4, 5, 6],
    code: 4,
    values,
    sform: [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
    ],
  });
  const packed = gzipSync(plain);
  const decoder = createNiftiDecoder({ limits: { maxInflatedBytes: 2 ** 24 } });
  const good = [plain, packed].map((bytes) => decoder.decodeFrame(bytes).data);
  const random = seeded(7);
  for (let count = 0; count < COUNT; count += 1) {
    const isPacked = count % 3 === 0;
    const hurt = Uint8Array.from(isPacked ? packed : plain);
    const reach = isPacked ? hurt.length : HEADER_BYTES;
    for (let left = 1 + random() * 4; left > 0; left -= 1) hurt[Math.floor(random() * reach)] = random() * 256;
    const cut = random() < 0.2 ? hurt.subarray(0, Math.floor(random() * hurt.length)) : hurt;
    try {
      const { data, width, height, channels } = decoder.decodeFrame(cut);
      expect(data).toHaveLength(width * height * channels);
    } catch (error) {
      expect(isZooError(error) ? 'ZooError' : error).toBe('ZooError');
    }
    expect([plain, packed].map((bytes) => decoder.decodeFrame(bytes).data)).toEqual(good);
  }
});
