import { expect, it } from 'vitest';
import { fileNameOf, parseFileName, SERIES_FORMAT } from './stored-image.js';

const id = 'a'.repeat(64);
const FORMATS = [
  ...['png', 'jpeg', 'webp', 'tiff', 'dicom', 'nifti', 'mgh'],
  ...['jpeg2000', 'jpeg-ls', 'jpeg-lossless', 'jpeg-12-bit', SERIES_FORMAT],
];

it.each(FORMATS)('reads from a file name what it was made of: %s', (format) => {
  const one = { id, width: 640, height: 480, format, frames: 1, frame: 0 };
  expect(parseFileName(fileNameOf(one))).toEqual(one);
  const several = { ...one, frames: 12, frame: 3 };
  expect(parseFileName(fileNameOf(several))).toEqual(several);
});

it.each([
  'uid.key',
  `${id}-640x480`,
  `${id}-640x480.-png`,
  `${id}-640x480.png.upload`,
  `${id.slice(1)}-640x480.png`,
  `../${id}-640x480.png`,
])('takes no other file for an image: %s', (name) => {
  expect(parseFileName(name)).toBeUndefined();
});
