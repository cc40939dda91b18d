import { describe, expect, it } from 'vitest';
import { drawSlice, drawUltrasound } from '../test/dicom-files.js';
import { EXPORT_FORMATS, listPossibleFormats } from './formats.js';
import { readDicomSource } from './source/dicom-source.js';

describe('listPossibleFormats', () => {
  it('has all for an image with a place in the patient, and says what others can become', () => {
    expect(listPossibleFormats(readDicomSource(drawSlice()))).toEqual([...EXPORT_FORMATS]);
    expect(listPossibleFormats(readDicomSource(drawUltrasound()))).toEqual([
      'sr',
      'sc',
      'geojson',
      'coco',
      'png',
      'rle',
      'csv',
    ]);
    expect(listPossibleFormats()).toEqual(['geojson', 'coco', 'png', 'rle', 'csv']);
  });
});
