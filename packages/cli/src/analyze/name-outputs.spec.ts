import { expect, it } from 'vitest';
import { nameOutputs } from './name-outputs.js';

it('names outputs for their files, and never two alike, also where capitals do not count', () => {
  const paths = [
    'a/scan.png',
    'b/scan.jpg',
    'scan-2.png',
    'Scan.tif',
    'archive.tar.gz',
    '.hidden',
    '1.2.840.10',
    '1.2.840.20',
    'v.nii.gz',
  ];
  expect(nameOutputs(paths)).toEqual([
    ...['scan', 'scan-2', 'scan-2-2', 'Scan-3', 'archive.tar.gz', '.hidden', '1.2.840.10', '1.2.840.20', 'v'],
  ]);
});
