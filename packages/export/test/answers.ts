import { bitmapToRle, rleArea, rleBoundingBox } from '@medzoo/core';
import type { ImageMask, Provenance, SegmentationAnswer } from '@medzoo/core/contract';
import type { LabelConcepts } from '../src/index.js';

export const SIZE = { width: 20, height: 12 };

/** A mask where `isMask` says so. */
export function drawMask(
  label: string,
  isMask: (x: number, y: number) => boolean,
  size: { readonly width: number; readonly height: number } = SIZE,
): ImageMask {
  const bitmap = Uint8Array.from({ length: size.width * size.height }, (_, at) =>
    isMask(at % size.width, Math.floor(at / size.width)) ? 1 : 0,
  );
  const rle = bitmapToRle(bitmap, size);
  const area = rleArea(rle);
  return {
    label,
    presence: area > 0 ? 0.97 : 0.02,
    quality: 0.9,
    threshold: 0.5,
    rle,
    area,
    areaFraction: area / bitmap.length,
    boundingBox: rleBoundingBox(rle),
  };
}

/** A ring with a hole, and a piece apart: what outlines get wrong first. */
export const RING = drawMask(
  'lungs',
  (x, y) =>
    (x >= 2 && x < 11 && y >= 1 && y < 9 && !(x >= 4 && x < 7 && y >= 3 && y < 6)) ||
    (x >= 14 && x < 18 && y >= 4 && y < 7),
);
export const SPOT = drawMask('polyp', (x, y) => x >= 9 && x < 13 && y >= 6 && y < 11);
export const NOTHING = drawMask('polyp', () => false);

export function segmentation(...masks: readonly ImageMask[]): SegmentationAnswer {
  return { task: 'segmentation', masks };
}

export const PROVENANCE: Provenance = {
  head: { id: 'automed', version: '0.5.0', sha256: 'ab'.repeat(32) },
  encoder: { id: 'sam-med2d-tiny', version: '0.4.0', sha256: 'cd'.repeat(32) },
  provider: 'cpu',
  encoderProvider: 'cpu',
  headPrecision: 'reference',
  encoderPrecision: 'reference',
  image: { sha256: 'ef'.repeat(32), ...SIZE, format: 'dicom' },
  view: { frame: 0, frames: 1, window: null, spacing: null, modality: null },
  preprocess: {
    size: { width: 16, height: 16 },
    fit: 'stretch',
    interpolation: 'bilinear',
    channels: 'rgb',
    mean: [0, 0, 0],
    std: [1, 1, 1],
  },
  cached: false,
  timingsMs: { decode: 1, preprocess: 1, encode: 1, head: 1, postprocess: 1, total: 5 },
};

/** Of a variant of the same head. */
export const IN_INT8: Provenance = {
  ...PROVENANCE,
  head: { ...PROVENANCE.head, sha256: '12'.repeat(32) },
  headPrecision: 'int8-static',
};

const ABNORMAL = { value: '49755003', scheme: 'SCT', meaning: 'Morphologically Abnormal Structure' };

export const CONCEPTS: LabelConcepts = {
  lungs: {
    category: { value: '91723000', scheme: 'SCT', meaning: 'Anatomical Structure' },
    type: { value: '39607008', scheme: 'SCT', meaning: 'Lung' },
    typeModifiers: [{ value: '51440002', scheme: 'SCT', meaning: 'Right and left' }],
  },
  polyp: {
    category: ABNORMAL,
    type: { value: '68496003', scheme: 'SCT', meaning: 'Polyp of colon' },
    anatomy: { value: '71854001', scheme: 'SCT', meaning: 'Colon' },
  },
};
