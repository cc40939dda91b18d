import { mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Zoo } from '@medzoo/core';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { analyzeStudies, type PictureReport, type StudiesOptions } from './analyze-study.js';
import type { Study } from './inputs/arrange-inputs.js';

const SIZE = { width: 8, height: 6 };
const value = { task: 'classification', label: 'a', scores: [{ label: 'a', probability: 1 }] };
const outcome = { ok: true, value, provenance: { view: { frame: 0, frames: 1, spacing: null } } };
const zoo = { analyze: async () => Promise.resolve({ asked: outcome }) } as unknown as Zoo;

/** Two pictures, of which what is drawn goes to these files. */
async function analyze(folder: string): Promise<PictureReport[]> {
  const file = join(folder, 'image.png');
  await writeFile(
    file,
    await sharp({ create: { ...SIZE, channels: 3, background: 'grey' } })
      .png()
      .toBuffer(),
  );
  const picture = { file, view: {}, description: { frame: 0, frames: 1, facts: {} } };
  const study = { kind: 'series', path: folder, pictures: [picture, picture] } as unknown as Study;
  const reports: PictureReport[] = [];
  const options: StudiesOptions = {
    ...{ zoo, requests: { asked: {} }, outOfDomain: 'refuse', encodings: [], drawsPictures: true, picturesAtOnce: 1 },
    ...{ decoders: undefined, limits: undefined },
  };
  const toAnalyze = [{ study, prefixOf: (_: unknown, index: number) => join(folder, `drawn${index}`) }];
  for await (const report of analyzeStudies(toAnalyze, options)) reports.push(report);
  return reports;
}

it.skipIf(process.platform !== 'linux')('ends where the disk is full, and does not blame each image', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'analyze-'));
  expect((await analyze(folder)).map((report) => 'error' in report && report.error)).toEqual([false, false]);
  const full = await mkdtemp(join(tmpdir(), 'analyze-'));
  await symlink('/dev/full', join(full, 'drawn0.asked.png'));
  await expect(analyze(full)).rejects.toThrow('The disk is full.');
});
