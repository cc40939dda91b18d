import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bitmapToRle, ZooError, type HeadDescription } from '@medzoo/core';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { PictureReport } from '../analyze-study.js';
import type { StudyReport } from '../answers/answers-file.js';
import { exportStudy } from './export-study.js';

const size = { width: 4, height: 3 };
const mask = { label: 'brain', presence: 1, quality: 1, area: 12, rle: bitmapToRle(new Uint8Array(12).fill(1), size) };
const provenance = { head: { id: 'outline', version: '1', sha256: 'a' }, headPrecision: 'reference' };
const answered = {
  ok: true,
  value: { task: 'segmentation', masks: [mask] },
  provenance: { ...provenance, view: { frame: 0, frames: 1, spacing: null } },
};
const failed = { ok: false, error: new ZooError('HEAD_FAILED', 'No.') };

const toReport = (outcome: object, index: number) =>
  ({
    ...{ file: `${index}.nii`, index, picture: { file: `${index}.nii`, description: { facts: {} } } },
    image: { ...size, format: 'nifti', view: { frame: 0, frames: 1 } },
    heads: [{ id: 'outline', outcome }],
  }) as unknown as PictureReport;

async function noteOf(...outcomes: readonly object[]): Promise<unknown[]> {
  const folder = await mkdtemp(join(tmpdir(), 'export-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const study: StudyReport = { kind: 'series', pictures: outcomes.map(toReport), stacks: [], volumes: [] };
  const heads = [{ manifest: { id: 'outline', task: 'segmentation' }, trained: { labels: ['brain'] } }];
  const [onNote, onFault] = [vi.fn(), vi.fn()];
  await exportStudy(study, 'study', join(folder, 'study'), {
    ...{ formats: ['rle', 'png', 'nifti'], segmentationType: 'BINARY', onNote, onFault },
    heads: heads as unknown as HeadDescription[],
  });
  expect(onFault.mock.calls.map(([what]) => what as string)).toEqual(['study: no nifti of outline']);
  return onNote.mock.calls;
}

it('says of a file of all slices without how many it is, and nothing of files of one slice', async () => {
  expect(await noteOf(answered, failed, answered)).toEqual([
    ['study', 'rle of outline: without 1 of 3 slices, which have no answer.'],
  ]);
  expect(await noteOf(answered, answered)).toEqual([]);
});

it.skipIf(process.platform !== 'linux')('ends where the disk is full, which is the fault of no format', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'export-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await symlink('/dev/full', join(folder, 'study.outline.rle.json'));
  const heads = [{ manifest: { id: 'outline', task: 'segmentation' }, trained: { labels: ['brain'] } }];
  const [onNote, onFault] = [vi.fn(), vi.fn()];
  const exporting = exportStudy(
    { kind: 'series', pictures: [toReport(answered, 0)], stacks: [], volumes: [] },
    'study',
    join(folder, 'study'),
    {
      ...{ formats: ['rle', 'png'], segmentationType: 'BINARY', onNote, onFault },
      heads: heads as unknown as HeadDescription[],
    },
  );
  await expect(exporting).rejects.toThrow('The disk is full.');
  expect(onFault).not.toHaveBeenCalled();
});

it('writes a volume of labels for each volume of a file of several', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'export-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const pictures = [0, 1, 2, 3].map((index) => {
    const report = toReport(answered, index);
    const geometry = { position: [0, 0, index % 2], orientation: { row: [1, 0, 0], column: [0, 1, 0] } };
    const facts = { geometry, spacing: { x: 1, y: 1, unit: 'mm' } };
    return { ...report, picture: { file: '4d.nii', description: { facts } } } as unknown as PictureReport;
  });
  const stacks = [0, 2].map((from) => ({ from, count: 2 }));
  const heads = [{ manifest: { id: 'outline', task: 'segmentation' }, trained: { labels: ['brain'] } }];
  const onFault = vi.fn();
  const written = await exportStudy({ kind: 'frames', pictures, stacks, volumes: [] }, '4d', join(folder, '4d'), {
    ...{ formats: ['nifti'], segmentationType: 'BINARY', onNote: vi.fn(), onFault },
    heads: heads as unknown as HeadDescription[],
  });
  expect(onFault).not.toHaveBeenCalled();
  expect(written).toEqual(['4d.outline.0.nii.gz', '4d.outline.1.nii.gz']);
});
