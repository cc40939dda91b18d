import { gunzipSync } from 'node:zlib';
import { decodeRle } from '@medzoo/core';
import type { ImageMask } from '@medzoo/core/contract';
import { describe, expect, it } from 'vitest';
import { drawMask, NOTHING, PROVENANCE, RING, segmentation, SPOT } from '../../test/answers.js';
import { drawSlice, drawUltrasound, type Drawn } from '../../test/dicom-files.js';
import { readDicomSource } from '../source/dicom-source.js';
import { findPlane } from '../source/find-plane.js';
import { writeNifti, type NiftiSlice } from './write-nifti.js';

const slice = (
  z: number,
  masks: readonly ImageMask[],
  changes: Record<string, Drawn | undefined> = {},
): NiftiSlice => ({
  source: readDicomSource(drawSlice(z, changes)),
  value: segmentation(...masks),
  provenance: PROVENANCE,
});

/** Of the header what decides where a voxel lies (nifti1.h), and the voxels. */
function read(bytes: Uint8Array) {
  const file = gunzipSync(bytes);
  const affine = [280, 296, 312].map((at) => [0, 4, 8, 12].map((step) => file.readFloatLE(at + step)));
  return {
    shape: [40, 42, 44, 46].map((at) => file.readInt16LE(at)),
    spacing: [80, 84, 88].map((at) => file.readFloatLE(at)),
    codes: {
      size: file.readInt32LE(0),
      type: file.readInt16LE(70),
      units: file[123],
      qform: file.readInt16LE(252),
      sform: file.readInt16LE(254),
    },
    magic: file.toString('latin1', 344, 348),
    affine,
    voxels: [...file.subarray(352)],
  };
}

const bitmapOf = ({ rle }: ImageMask): number[] => [...decodeRle(rle)];

describe('writeNifti', () => {
  it('sorts a series by position and places it in RAS millimetres', async () => {
    const { bytes, values } = await writeNifti([slice(6, [SPOT]), slice(0, [NOTHING]), slice(3, [SPOT])]);
    const { voxels, affine, ...header } = read(bytes);
    expect(values).toEqual({ polyp: 1 });
    expect(header).toEqual({
      shape: [3, 20, 12, 3],
      spacing: [0.5, Math.fround(0.8), 3],
      codes: { size: 348, type: 2, units: 2, qform: 0, sform: 1 },
      magic: 'n+1\0',
    });
    // Columns run to the left, which is minus in RAS, and rows to the back.
    expect(affine.map((row) => row.map((value) => Number(value.toFixed(4)) + 0))).toEqual([
      [-0.5, 0, 0, 10],
      [0, -0.8, 0, -5],
      [0, 0, 3, 0],
    ]);
    expect(voxels).toEqual([...bitmapOf(NOTHING), ...bitmapOf(SPOT), ...bitmapOf(SPOT)]);
  });

  it('numbers several labels, and refuses those that overlap unless they are written apart', async () => {
    const corner = drawMask('polyp', (x, y) => x > 17 && y > 9);
    const { bytes, values } = await writeNifti([slice(0, [RING, corner])], { labels: ['polyp', 'lungs'] });
    expect(values).toEqual({ polyp: 1, lungs: 2 });
    expect(read(bytes).voxels).toEqual(bitmapOf(corner).map((value, at) => value + 2 * bitmapOf(RING)[at]!));
    await expect(writeNifti([slice(0, [RING, SPOT])])).rejects.toThrow("{ labels: ['lungs'] }");
    expect(read((await writeNifti([slice(0, [RING, SPOT])], { labels: ['polyp'] })).bytes).voxels).toEqual(
      bitmapOf(SPOT),
    );
    await expect(writeNifti([slice(0, [RING])], { labels: ['liver'] })).rejects.toThrow(
      'no mask of liver; they have lungs',
    );
  });

  it('follows a tilted gantry, whose slices are not above one another', async () => {
    const tilted = [0, 2].map((z) => slice(z, [SPOT], { '00200032 DS': `-10\\${5 + z / 4}\\${z}` }));
    const { affine } = read((await writeNifti(tilted)).bytes);
    expect(affine.map((row) => row[2])).toEqual([-0, -0.5, 2]);
  });

  it('takes slices of any file whose plane is known', async () => {
    const plane = {
      position: [1, 2, 3],
      rowDirection: [0, 1, 0],
      columnDirection: [0, 0, -1],
      spacing: { x: 2, y: 4 },
    } as const;
    const { affine, shape } = read(
      (await writeNifti([{ plane, value: segmentation(SPOT), provenance: PROVENANCE }])).bytes,
    );
    expect(shape).toEqual([3, 20, 12, 1]);
    expect(affine.map((row) => row.map((value) => value + 0))).toEqual([
      [0, 0, 1, -1],
      [-2, 0, 0, -2],
      [0, -4, 0, 3],
    ]);
  });

  it('makes a single slice as thick as its file says', async () => {
    const geometry = { position: [1, 2, 3], orientation: { row: [1, 0, 0], column: [0, 1, 0] } } as const;
    const plane = findPlane({ geometry, spacing: { x: 2, y: 4, z: 4.5, unit: 'mm', source: 'affine' } })!;
    const { spacing, affine } = read(
      (await writeNifti([{ plane, value: segmentation(SPOT), provenance: PROVENANCE }])).bytes,
    );
    expect(spacing).toEqual([2, 4, 4.5]);
    expect(affine[2]).toEqual([0, 0, 4.5, 3]);
  });

  it.each<[string, () => NiftiSlice[], string]>([
    ['uneven distances', () => [0, 3, 9].map((z) => slice(z, [SPOT])), '3.000 to 6.000 mm'],
    [
      'a slice beside the others',
      () => [0, 3, 6].map((z) => slice(z, [SPOT], { '00200032 DS': `${z === 3 ? 10 : -10}\\5\\${z}` })),
      'Image 2 by position lies 20.000 mm beside',
    ],
    ['two slices at one place', () => [slice(0, [SPOT]), slice(0, [SPOT])], 'lie at the same place'],
    [
      'two orientations',
      () => [slice(0, [SPOT]), slice(3, [SPOT], { '00200037 DS': '0\\1\\0\\1\\0\\0' })],
      'orientation',
    ],
    ['a mask of another size', () => [slice(0, [drawMask('a', () => true, { width: 3, height: 3 })])], "image's size"],
    ['no masks', () => [slice(0, [])], 'no masks'],
  ])('refuses %s with the reason', async (_, slices, message) => {
    await expect(writeNifti(slices())).rejects.toMatchObject({
      code: 'INVALID_PARAM',
      message: expect.stringContaining(message) as string,
    });
  });

  it('refuses an image without a place in the patient', async () => {
    const us: NiftiSlice = {
      source: readDicomSource(drawUltrasound()),
      value: segmentation(SPOT),
      provenance: PROVENANCE,
    };
    await expect(writeNifti([us])).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      message: expect.stringContaining('NIfTI') as string,
    });
  });
});
