import { gunzipSync } from 'node:zlib';
import { findPlane, writeNifti } from '@medzoo/export';
import { createNiftiDecoder } from '@medzoo/nifti';
import { expect, it } from 'vitest';
import { drawMask, PROVENANCE, segmentation } from '../../../../export/test/answers.js';
import { writeNifti as writeVolume } from '../../../../nifti/test/write-nifti.js';

const decoder = createNiftiDecoder();
const SIZE = [4, 3, 2];
/** In mm along i, j and k. */
const LENGTHS = [0.5, 2, 3];
/** No symmetry of the volume leaves them where they are. */
const BRIGHT = [0, 1, 5, 14, 19];
const values = Uint8Array.from({ length: 24 }, (_, at) => (BRIGHT.includes(at) ? 200 : 0));
const PERMUTATIONS = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]; // prettier-ignore
const SIGNS = Array.from({ length: 8 }, (_, bits) => [1, 2, 4].map((bit) => (bits & bit ? -1 : 1)));
const SFORMS = PERMUTATIONS.flatMap((order) =>
  SIGNS.map((signs) =>
    [0, 1, 2].map((row) => [...order.map((to, at) => (to === row ? signs[at]! * LENGTHS[at]! : 0)), row * 10]),
  ),
);

function readHeader(file: Buffer) {
  return {
    size: [42, 44, 46].map((at) => file.readInt16LE(at)),
    lengths: [80, 84, 88].map((at) => file.readFloatLE(at)),
    sform: [280, 296, 312].map((at) => [0, 4, 8, 12].map((step) => file.readFloatLE(at + step) + 0)),
  };
}

/** A mask of all bright pixels, as the command makes it of the slices, and as a file. */
async function writeBright(volume: Uint8Array, slices: 'axial' | 'coronal' | 'sagittal', only?: number) {
  const { slices: count } = decoder.describe(volume, { slices });
  const frames = only === undefined ? Array.from({ length: count }, (_, frame) => frame) : [only];
  const answers = frames.map((frame) => {
    const { data, width, height, description } = decoder.decodeFrame(volume, { slices, frame });
    const mask = drawMask('bright', (x, y) => data[y * width + x]! > 0, { width, height });
    return { plane: findPlane(description)!, value: segmentation(mask), provenance: PROVENANCE };
  });
  return gunzipSync((await writeNifti(answers)).bytes);
}

it.each(['axial', 'coronal', 'sagittal'] as const)(
  'writes masks of %s slices on the voxels of their volume',
  async (slices) => {
    for (const sform of SFORMS) {
      const file = await writeBright(writeVolume({ size: SIZE, code: 2, values, sform }), slices);
      expect(readHeader(file)).toEqual({ size: SIZE, lengths: LENGTHS, sform });
      expect(file.subarray(352)).toEqual(Buffer.from(values.map((value) => (value > 0 ? 1 : 0))));
    }
  },
);

it('writes one slice of a volume as thick as its voxels, where it lies', async () => {
  const sform = [[-0.5, 0, 0, 1], [0, 2, 0, 2], [0, 0, -3, 5]]; // prettier-ignore
  const volume = writeVolume({ size: SIZE, code: 2, values, sform });
  const { size, lengths, sform: written } = readHeader(await writeBright(volume, 'axial', 1));
  expect([size, lengths]).toEqual([[4, 3, 1], LENGTHS]);
  expect(written).toEqual([sform[0], sform[1], [0, 0, -3, 2]]);
});
