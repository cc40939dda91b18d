import { expect, test } from 'vitest';
import { imageEntries, writeDicom, type Entry } from '../test/write-dicom.js';
import type { DecodeRequest, ImageFile } from '@medzoo/core/contract';
import { createDicomDecoder, deidentifyDicom, dicom, rasterCodecs } from './index.js';

const VALUES = [0, 100, 200, 300, 400, 500];
const CT: Entry[] = [
  ['00080060', 'CS', 'CT'],
  ['00281052', 'DS', '-100'],
  ['00281053', 'DS', '1'],
  ['7fe00010', 'OW', VALUES],
];

const HEAD: DecodeRequest = { purpose: 'head', timeoutSeconds: 20 };

function fileOf(bytes: Uint8Array): ImageFile {
  return { source: bytes, size: bytes.length, read: async () => Promise.resolve(bytes) };
}

test('as a decoder of a config: a head sees the usual window, a caller names another in the values of the modality', async () => {
  const bytes = writeDicom(imageEntries(CT));
  const plug = dicom();
  expect(plug.sniff(bytes.subarray(0, 512))).toBe('dicom');
  expect(plug.sniff(new Uint8Array(512))).toBeUndefined();
  const image = await plug.open(fileOf(bytes), 'dicom', {});
  expect(image).toMatchObject({
    description: { format: 'dicom', width: 3, height: 2, frame: 0, frames: 1 },
    pixels: 6,
  });
  expect((await image.decode(bytes, HEAD)).view.window).toMatchObject({ center: 40, width: 400, source: 'modality' });
  const asked = await image.decode(bytes, { ...HEAD, window: { center: 150, width: 501 } });
  expect(asked.view.window).toMatchObject({ center: 150, width: 501, source: 'request' });
  expect(Array.from(asked.data)).toEqual([0, 51, 102, 153, 204, 255]);
  const person = await image.decode(bytes, { ...HEAD, purpose: 'person' });
  expect(person.view.window).toMatchObject({ source: 'range', center: 150 });
});

test('a frame that is not there, and a limit', async () => {
  const bytes = writeDicom(imageEntries(CT));
  await expect(dicom().open(fileOf(bytes), 'dicom', { frame: 1 })).rejects.toMatchObject({ code: 'INVALID_PARAM' });
  await expect(dicom({ limits: { maxPixels: 5 } }).open(fileOf(bytes), 'dicom', { frame: 0 })).rejects.toMatchObject({
    code: 'IMAGE_TOO_LARGE',
  });
});

test('no limit is taken away by undefined or NaN', () => {
  const limits = { maxBytes: NaN };
  const refused = /^limits\.maxBytes is a number, 0 or more; got NaN\.$/;
  const bytes = writeDicom(imageEntries(CT));
  expect(() => dicom({ limits })).toThrow(refused);
  expect(() => createDicomDecoder().describe(bytes, { limits })).toThrow(refused);
  expect(() => deidentifyDicom(bytes, { key: 'key', limits })).toThrow(refused);
  expect(() => rasterCodecs({ limits })).toThrow(refused);
  expect(() => dicom({ codecThread: { maxGrowthBytes: NaN } })).toThrow('limits.maxGrowthBytes is a number, 0 or more');
});
