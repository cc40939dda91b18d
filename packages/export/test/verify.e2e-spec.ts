import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSamples } from './write-samples.js';

/** Set by verify.sh, which installs what this needs. */
const python = process.env.MEDZOO_EXPORT_PYTHON;
const hasValidator = spawnSync('dciodvfy', ['-version']).error === undefined;
const fixture: { folder: string; samples: Awaited<ReturnType<typeof writeSamples>> } = { folder: '', samples: [] };

beforeAll(async () => {
  fixture.folder = process.env.MEDZOO_EXPORT_FOLDER ?? (await mkdtemp(join(tmpdir(), 'medzoo-export-')));
  fixture.samples = await writeSamples(fixture.folder);
});
afterAll(async () => {
  if (process.env.MEDZOO_EXPORT_FOLDER === undefined) await rm(fixture.folder, { recursive: true, force: true });
});

describe.skipIf(!hasValidator)(
  `dciodvfy -new${hasValidator ? '' : ' (left out: dicom3tools is not installed)'}`,
  () => {
    // Debian's dicom3tools is older than label maps (Supplement 243) and knows no such object.
    it.each(['BINARY', 'FRACTIONAL', 'RTSTRUCT', 'SR', 'SC'])('finds no error in %s', (kind) => {
      const samples = fixture.samples.filter((sample) => sample.kind === kind);
      expect(samples.length).toBeGreaterThan(0);
      for (const { file } of samples) {
        const { stderr, stdout, status } = spawnSync('dciodvfy', ['-new', join(fixture.folder, file)], {
          encoding: 'utf8',
        });
        const errors = `${stdout}${stderr}`.split('\n').filter((line) => line.startsWith('Error'));
        expect({ file, errors, status }).toEqual({ file, errors: [], status: 0 });
      }
    });
  },
);

const title = 'pydicom, highdicom, nibabel and pycocotools';
describe.skipIf(!python)(`${title}${python ? '' : ' (left out: run packages/export/test/verify.sh)'}`, () => {
  it('read the same pixels back', () => {
    const script = new URL('verify.py', import.meta.url).pathname;
    const { stdout, stderr, status } = spawnSync(python!, [script, fixture.folder], { encoding: 'utf8' });
    expect({ status, end: status === 0 ? '' : stderr.slice(-2000) }).toEqual({ status: 0, end: '' });
    expect(stdout).toContain('files are as they were meant');
  }, 120_000);
});
