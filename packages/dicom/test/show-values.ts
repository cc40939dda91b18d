import { createDicomDecoder, type ShowOptions } from '../src/index.js';
import { imageEntries, writeDicom, type Entry, type Writing } from './write-dicom.js';

const decoder = createDicomDecoder();
/** 2 rows of 3 pixels. */
export const VALUES = [0, 100, 200, 300, 400, 500];

/** What a person or a head sees of `VALUES`, or of the pixels in `own`. */
export async function show(own: readonly Entry[], options: ShowOptions = {}, depth = {}, writing: Writing = {}) {
  const bytes = writeDicom(imageEntries([['7fe00010', 'OW', VALUES], ...own], depth), writing);
  const shown = await decoder.decodeFrame(bytes, options);
  return { ...shown, data: Array.from(shown.data) };
}

/** Of the file. */
export const window = (center: string, width: string, windowFunction = 'LINEAR'): Entry[] => [
  ['00281050', 'DS', center],
  ['00281051', 'DS', width],
  ['00281056', 'CS', windowFunction],
];
