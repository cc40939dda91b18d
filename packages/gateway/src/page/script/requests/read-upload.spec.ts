import { expect, it } from 'vitest';
import { describeUpload, namePart, readUpload, type UploadedImage } from './read-upload.js';

const image = (id: string, frames?: number): UploadedImage => ({
  ...{ id, width: 20, height: 12, mediaType: 'application/dicom' },
  ...(frames !== undefined && { frames }),
});
const images = [image('a'), image('b'), image('lone', 5), image('c'), image('d')];
const series = [
  { id: 'first', images: ['a', 'b'], isVolume: true, reason: null },
  { id: null, images: ['d', 'c'], isVolume: false, reason: 'Two slices lie in one place.' },
];
const refused = { INVALID_IMAGE: 2, IMAGE_TOO_LARGE: 1 };

it('has a part for each series of a ZIP, and for each image of none', () => {
  const { parts } = readUpload({ images, series, passedOver: 0, refused: {} })!;
  expect(parts.map(({ images: members }) => members.map(({ id }) => id))).toEqual([['a', 'b'], ['d', 'c'], ['lone']]);
  expect(parts.map(({ seriesId }) => seriesId)).toEqual(['first', null, null]);
  expect(parts.map(namePart)).toEqual([
    '1: series of 2 pictures, 20 × 12 px',
    '2: series of 2 pictures, 20 × 12 px',
    '3: file of 5 pictures, 20 × 12 px',
  ]);
});

it('says what is not among them, and why a series is no volume', () => {
  const upload = readUpload({ images, series, passedOver: 1, refused })!;
  expect(describeUpload(upload, upload.parts[1]!)).toEqual([
    'Passed over in the ZIP: 1 file that holds no medical image.',
    'Refused in the ZIP: 3 files (INVALID_IMAGE, IMAGE_TOO_LARGE).',
    'These pictures make no volume: Two slices lie in one place.',
  ]);
  const gap = readUpload({ images, series: [{ ...series[1], reason: 'Slice 1 is turned against slice 0.' }] })!;
  expect(describeUpload(gap, gap.parts[0])).toEqual([
    'These pictures make no volume: Slice 1 is turned against slice 0. (Slice 0 is frame 1.)',
  ]);
  const whole = readUpload({ images, series, passedOver: 0, refused: {} })!;
  expect(describeUpload(whole, whole.parts[0])).toEqual([]);
});

it('takes an image alone, and nothing that is no answer to an upload', () => {
  const upload = readUpload(image('a'))!;
  expect(upload.parts).toEqual([{ images: [image('a')], seriesId: null, notVolume: null }]);
  expect(describeUpload(upload, upload.parts[0])).toEqual([]);
  for (const reply of [undefined, null, 'text', {}, { id: 'a', width: 0, height: 1 }, { images: [], series: [] }]) {
    expect(readUpload(reply)).toBeUndefined();
  }
});
