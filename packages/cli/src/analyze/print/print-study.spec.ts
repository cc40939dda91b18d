import { stripVTControlCharacters } from 'node:util';
import { ZooError, type Domain, type HeadDescription } from '@medzoo/core';
import { expect, it } from 'vitest';
import type { PictureReport } from '../analyze-study.js';
import type { Study } from '../inputs/arrange-inputs.js';
import type { VolumeReport } from '../answers/measure-volumes.js';
import { formatSlices } from './print-study.js';

const ABROAD: Domain = { score: 9, threshold: 1, inDomain: false, nearest: 'photograph' };
const study = {
  title: 'study',
  pictures: [{ description: { width: 4, height: 3, format: 'dicom' } }],
  stacks: [{}, {}],
} as unknown as Study;
const domains = [{ own: [{ name: 'brain MRI' }] }];
const heads = ['brain', 'outline'].map((id) => ({ manifest: { id }, trained: { domains } }));

function print(outcomes: readonly object[], volumes: readonly VolumeReport[] = [], id = 'brain'): string {
  const reports = outcomes.map((outcome) => ({ heads: [{ id, outcome }] }) as unknown as PictureReport);
  return stripVTControlCharacters(formatSlices(study, reports, volumes, heads as unknown as HeadDescription[]));
}

const classes = (domain: Domain) => ({ ok: true, value: { task: 'classification', label: 'glioma', domain } });
const refused = { ok: false, error: new ZooError('OUT_OF_DOMAIN', 'No.'), domain: ABROAD };

it('tells over slices in how many a head did not answer, and why', () => {
  const text = print([classes({ ...ABROAD, inDomain: true }), refused, refused]);
  expect(text).toMatch(/brain {2}glioma +1 of 3\n/);
  expect(text).toMatch(/brain {2}not answered +2 of 3\n/);
  expect(text).toContain(
    '  brain, not answered: This does not look like the images that brain was trained on (brain MRI). It looks most ' +
      'like: photograph.',
  );
});

it('tells in how many an answer is unsure, and in how many the head failed', () => {
  const failed = { ok: false, error: new ZooError('HEAD_FAILED', 'It divides by zero.') };
  const text = print([classes(ABROAD), failed]);
  expect(text).toMatch(/brain {2}unsure +1 of 2\n/);
  expect(text).toMatch(/brain {2}failed +1 of 2\n/);
  expect(text).toContain('  brain, failed: It divides by zero.');
  const masks = [{ label: 'tumour', area: 5, domain: ABROAD }];
  const outlined = { ok: true, value: { task: 'segmentation', masks } };
  expect(print([outlined], [], 'outline')).toContain('outline, unsure: This does not look like the images that tumour');
  const empty = { ok: true, value: { task: 'segmentation', masks: [{ ...masks[0], area: 0 }] } };
  expect(print([empty], [], 'outline')).not.toContain('unsure');
});

it('names the targets that have no volume', () => {
  const none = (label: string, reason: string) => ({
    ...{ head: 'outline', label, foundIn: 0, slices: 2, volumeMm3: null },
    reason,
  });
  const text = print([], [none('lungs', 'A gap.'), none('wound', 'Another.'), none('polyp', 'A gap.')]);
  expect(text).toContain('  no volume: lungs, polyp. A gap.\n  no volume: wound. Another.\n');
});

it('says which volume of a file a number is of', () => {
  const volumes = [0, 1].map((stack) => ({
    ...{ head: 'brain', label: 'tumour', foundIn: 1, slices: 1, volumeMm3: 5, stack },
  })) as unknown as readonly VolumeReport[];
  expect(print([classes({ ...ABROAD, inDomain: true })], volumes)).toMatch(/tumour, volume 2 of 2 +1 of 1 +5\.0 mm³/);
});
