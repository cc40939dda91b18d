import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ZooError, type Outcome, type Answer, type Provenance, type Zoo } from '@medzoo/core';
import { expect, it } from 'vitest';
import { analyzeStudies, type PictureReport } from './analyze-study.js';

const image = { sha256: 'a'.repeat(64), width: 4, height: 3, format: 'png' };
const view = { frame: 0, frames: 1, window: null, spacing: null, modality: null };

/** The report of a file that no decoder reads, by a zoo that says this of it. */
async function reportOf(outcome: Outcome<Answer>): Promise<PictureReport> {
  const file = join(await mkdtemp(join(tmpdir(), 'medzoo-study-')), 'a.png');
  await writeFile(file, 'no image');
  const zoo = { analyze: () => Promise.resolve({ sorter: outcome }) } as unknown as Zoo;
  const study = { name: 'a', pictures: [{ file, view: {} }] } as never;
  const options = {
    ...{ zoo, requests: { sorter: {} }, outOfDomain: 'refuse' as const, encodings: [] },
    ...{ drawsPictures: false, picturesAtOnce: 1, decoders: [], limits: undefined },
  };
  for await (const report of analyzeStudies([{ study, prefixOf: () => 'a' }], options)) return report;
  throw new Error('There is no report.');
}

it('takes size, format and view from the answer, and decodes nothing where nothing is drawn', async () => {
  const value = { task: 'regression', values: [] } as unknown as Answer;
  const provenance = { image, view } as Provenance;
  expect(await reportOf({ ok: true, value, provenance })).toMatchObject({
    image: { width: 4, height: 3, format: 'png', view },
    heads: [{ id: 'sorter' }],
  });
});

it('says once of a file that cannot be decoded why', async () => {
  const report = await reportOf({ ok: false, error: new ZooError('HEAD_FAILED', 'The head failed.') });
  expect(report).toMatchObject({ error: { code: 'INVALID_IMAGE' } });
  expect(report).not.toHaveProperty('heads');
});
