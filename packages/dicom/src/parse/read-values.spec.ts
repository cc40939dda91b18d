import { expect, test } from 'vitest';
import { imageEntries, writeDicom } from '../../test/write-dicom.js';
import { DICOM_LIMITS } from '../limits.js';
import { parseFile } from './parse-file.js';
import { readItems } from './read-values.js';

test('items are listed once: each of thousands of frames asks for its own', () => {
  const groups = Array.from({ length: 3 }, () => [['00280030', 'DS', '1\\1']] as const);
  const { dataSet } = parseFile(writeDicom(imageEntries([['52009230', 'SQ', groups]])), DICOM_LIMITS);
  const items = readItems(dataSet, 'x52009230');
  expect(items).toHaveLength(3);
  expect(readItems(dataSet, 'x52009230')).toBe(items);
  expect(readItems(dataSet, 'x52009229')).toEqual([]);
});
