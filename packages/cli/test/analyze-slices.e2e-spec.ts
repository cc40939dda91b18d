import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { drawEnhanced, drawSlice } from '../../export/test/dicom-files.js';
import { writeNifti } from '../../nifti/test/write-nifti.js';
import { FAKE_CONFIG, spawnCommand } from '../src/testing/spawn-command.js';

const SIZE = { width: 20, height: 12 };
/** 0.5 mm by 0.8 mm, slices 2 mm apart. */
const VOXEL_MM3 = 0.5 * 0.8 * 2;

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);
const analyze = (...args: string[]) =>
  spawnCommand(['analyze', '--config', FAKE_CONFIG, '--heads', 'shapes', ...args], folder);

/** A slice whose left half is white and whose right half is black, or the other way round. */
function drawHalves(z: number, isLeft = true): Uint8Array {
  const { width, height } = SIZE;
  const pixels = Uint16Array.from({ length: width * height }, (_, index) =>
    index % width < width / 2 === isLeft ? 1000 : 0,
  );
  return drawSlice(z, { '7fe00010 OW': new Uint8Array(pixels.buffer) });
}

interface Answers {
  readonly images: readonly {
    readonly file: string;
    readonly ok: boolean;
    readonly error?: string;
    readonly slice?: number;
    readonly frame?: number;
    readonly frames?: number;
    readonly spacing?: unknown;
    readonly heads?: Record<string, { readonly answer: { readonly masks: readonly MaskEntry[] } }>;
  }[];
  readonly volumes?: readonly {
    readonly label: string;
    readonly foundIn: number;
    readonly volumeMm3: number | null;
    readonly reason?: string;
  }[];
}
interface MaskEntry {
  readonly label: string;
  readonly area: number;
  readonly measurements: { readonly unit: string; readonly area: number };
}
const readAnswers = async () => JSON.parse(await readFile(at('medzoo-out/answers.json'), 'utf8')) as Answers;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'slices-'));
  await mkdir(at('study'));
});

describe('medzoo analyze on slices', () => {
  it('sorts the files of a series by position, measures volumes, and passes over what is no image', async () => {
    await Promise.all([
      writeFile(at('study/a.dcm'), drawHalves(4)),
      writeFile(at('study/b.dcm'), drawHalves(0)),
      writeFile(at('study/c'), drawHalves(2)),
      writeFile(at('study/README.txt'), 'no image'),
    ]);
    const { code, stdout, stderr } = await analyze('study');
    expect(code).toBe(0);
    expect(stderr).toContain('1 file in folders passed over, no images for a head: study/README.txt.\n');
    expect(stderr).toContain('study: 3 of 3\n');
    expect(stdout).toContain('study  3 slices of 20 × 12 dicom');
    const { images, volumes } = await readAnswers();
    expect(images.map(({ file, slice }) => [file, slice])).toEqual([
      ['study/b.dcm', 0],
      ['study/c', 1],
      ['study/a.dcm', 2],
    ]);
    expect(images[0]).toMatchObject({
      frame: 0,
      frames: 1,
      heads: { shapes: { provenance: { view: { window: { source: 'modality', center: 40, width: 400 } } } } },
      spacing: { x: 0.5, y: 0.8, unit: 'mm', source: 'PixelSpacing' },
    });
    const [head] = images[0]!.heads!.shapes!.answer.masks;
    expect(head!.measurements).toMatchObject({ unit: 'mm', area: expect.closeTo(head!.area * 0.4) as number });
    const pixels = images.reduce((sum, image) => sum + image.heads!.shapes!.answer.masks[0]!.area, 0);
    expect(pixels).toBe(3 * 10 * 12);
    expect(volumes!.find(({ label }) => label === 'fetal_head')).toMatchObject({
      foundIn: 3,
      volumeMm3: expect.closeTo(pixels * VOXEL_MM3) as number,
    });
    expect((await readdir(at('medzoo-out'))).toSorted()).toEqual([
      'answers.json',
      'study.0.shapes.png',
      'study.1.shapes.png',
      'study.2.shapes.png',
    ]);
  });

  it('says why a series has no volume, and goes on after a file that cannot be read', async () => {
    const damaged = drawHalves(6);
    await Promise.all([
      writeFile(at('study/a.dcm'), drawHalves(0)),
      writeFile(at('study/b.dcm'), drawHalves(2)),
      writeFile(at('study/c.dcm'), drawHalves(9)),
      writeFile(at('study/d.dcm'), damaged.subarray(0, damaged.length - 50)),
    ]);
    const { code, stdout, stderr } = await analyze('study');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^study\/d\.dcm: .+\n/m);
    expect(stdout).toContain('no volume: ');
    const { images, volumes } = await readAnswers();
    expect(images.filter(({ ok }) => ok)).toHaveLength(3);
    expect(volumes!.every(({ volumeMm3, reason }) => volumeMm3 === null && reason!.length > 0)).toBe(true);
  });

  it('walks over the frames of one file, or takes the one that is named', async () => {
    await writeFile(at('enhanced.dcm'), drawEnhanced([0, 3, 6]));
    await analyze('enhanced.dcm');
    const { images, volumes } = await readAnswers();
    expect(images.map(({ frame }) => frame)).toEqual([0, 1, 2]);
    expect(volumes!.every(({ volumeMm3 }) => volumeMm3 !== null)).toBe(true);
    const { stdout } = await analyze('--frame', '1', 'enhanced.dcm');
    expect(stdout).toContain('20 × 12 dicom, frame 1 of 3');
    expect((await readAnswers()).images).toHaveLength(1);
    expect((await analyze('--frame', 'first', 'enhanced.dcm')).stderr).toContain('Expected a whole number from 0.');
    expect((await analyze('--frame', '3', 'enhanced.dcm')).stderr).toMatch(/^enhanced\.dcm: .*frame/m);
  });

  it('cuts a volume across an axis', async () => {
    const sform = [
      [-2, 0, 0, 10],
      [0, -3, 0, 20],
      [0, 0, 4, 30],
    ];
    const values = Uint8Array.from({ length: 6 * 5 * 4 }, (_, index) => index);
    await writeFile(at('brain.nii'), writeNifti({ size: [6, 5, 4], code: 2, values, sform }));
    const { code, stdout } = await analyze('brain.nii', '--slices', 'coronal');
    expect([code, stdout]).toEqual([0, expect.stringContaining('5 slices of 6 × 4 nifti')]);
    const { images } = await readAnswers();
    expect(images[0]).toMatchObject({ frames: 5, spacing: { x: 2, y: 4, unit: 'mm' } });
  });
});
