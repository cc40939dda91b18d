import { expect, test } from 'vitest';
import { RAS } from '../test/write-nifti.js';
import { readNiftiHeader } from './read-nifti-header.js';

/** Where fields stand in each version, and the bytes of an integer, of dim and of a number. */
const LAYOUTS = {
  1: { dim: 40, type: 70, pixdim: 76, qform: 252, quaternion: 256, rows: 280, magic: 344, sizes: [2, 2, 4] },
  2: { dim: 16, type: 12, pixdim: 104, qform: 344, quaternion: 352, rows: 400, magic: 4, sizes: [4, 8, 8] },
} as const;

/** The header of a volume of 2 x 2 x 2 voxels with a quaternion, and with rows of a matrix that have no code. */
function drawHeader(version: 1 | 2): Uint8Array {
  const { dim, type, pixdim, qform, quaternion, rows, magic, sizes } = LAYOUTS[version];
  const [short, long, float] = sizes;
  const header = Buffer.alloc(544);
  const writeFloats = (at: number, values: readonly number[]): void =>
    values.forEach((value, index) =>
      float === 4 ? header.writeFloatLE(value, at + 4 * index) : header.writeDoubleLE(value, at + 8 * index),
    );
  header.writeInt32LE(version === 1 ? 348 : 540);
  header.write(`n+${version}\0`, magic, 'latin1');
  [3, 2, 2, 2].forEach((size, index) => header.writeUInt8(size, dim + long * index));
  header.writeUInt8(2, type);
  header.writeUIntLE(1, qform, short);
  writeFloats(pixdim, [-1, 2, 3, 4]);
  writeFloats(quaternion, [0, Math.SQRT1_2, Math.SQRT1_2, 5, 6, 7]);
  writeFloats(rows, RAS.flat());
  return header;
}

// As nibabel reads them: turned by two quarters, with the third axis mirrored.
test.each([1, 2] as const)('a quaternion says where a volume of NIfTI-%i lies', (version) => {
  const { affine } = readNiftiHeader(drawHeader(version));
  expect(affine?.origin).toEqual([5, 6, 7]);
  const expected = [[-2, 0, 0], [0, 0, 3], [0, -4, 0]].flat(); // prettier-ignore
  affine?.steps.flat().forEach((step, index) => expect(step).toBeCloseTo(expected[index]!, 5));
});
