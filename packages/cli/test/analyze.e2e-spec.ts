import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { decodeRle } from '@medzoo/core';
import { locateSample } from '@medzoo/samples';
import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { readPackageVersion } from '../src/read-package-version.js';
import { paintImage } from '../src/testing/paint-image.js';
import { FAKE_CONFIG, spawnCommand } from '../src/testing/spawn-command.js';

const SIZE = { width: 32, height: 16 };
const BOX = { x: 4, y: 2, width: 16, height: 8 };

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);
const analyze = (...args: string[]) => spawnCommand(['analyze', '--config', FAKE_CONFIG, ...args], folder);

interface AnswersFile {
  readonly medzoo: string;
  readonly images: readonly {
    readonly file: string;
    readonly ok: boolean;
    readonly error?: string;
    readonly heads?: Record<string, HeadEntry>;
  }[];
}
interface HeadEntry {
  readonly ok: boolean;
  readonly picture: string;
  readonly answer: {
    readonly task: string;
    readonly label?: string;
    readonly masks?: readonly {
      readonly label: string;
      readonly area: number;
      readonly rle: { readonly size: typeof SIZE; readonly counts: string };
    }[];
    readonly heatMap?: { readonly values: readonly number[] };
  };
  readonly provenance: { readonly head: { readonly sha256: string }; readonly cached: boolean };
}
const readAnswers = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as AnswersFile;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'analyze-'));
  await writeFile(at('scan.png'), await paintImage(SIZE, BOX, 255, 0).png().toBuffer());
});

describe('medzoo analyze', () => {
  it('prints what the heads found and how long each stage took', async () => {
    const { code, stdout, stderr } = await analyze('scan.png');
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('scan.png  32 × 16 png');
    expect(stdout).toMatch(/shapes +fetal_head +0\.25 +0\.90 +128 px +25.0 %/);
    expect(stdout).toMatch(/ {5}nuclei +0\.75 +0\.90 +384 px +75.0 %/);
    expect(stdout).toContain('normal 75 %, pneumonia 25 %');
    expect(stdout).toMatch(
      /milliseconds +decode +preprocess +encode +head +postprocess +total +provider +embedding +picture/,
    );
    expect(stdout).toMatch(/shapes( +[\d.]+){6} +fake +new +scan.shapes.png/);
    expect(stdout).toMatch(/shade( +[\d.]+){6} +fake +cached +scan.shade.png/);
    expect(stdout.match(/Not for diagnosis/g)).toHaveLength(1);
    expect(stdout).not.toContain('prompted');
  });

  it('writes a picture of each answer, and all of them as data', async () => {
    await analyze('scan.png');
    expect((await readdir(at('medzoo-out'))).toSorted()).toEqual(['answers.json', 'scan.shade.png', 'scan.shapes.png']);
    const picture = await sharp(at('medzoo-out/scan.shapes.png')).metadata();
    expect(picture.width).toBeGreaterThan(500);

    const { medzoo, images } = await readAnswers(at('medzoo-out/answers.json'));
    const [image] = images;
    expect([medzoo, image?.file, image?.ok]).toEqual([readPackageVersion(), 'scan.png', true]);
    const { shapes, shade } = image!.heads!;
    expect(shapes!.provenance.head.sha256).toBe('a'.repeat(64));
    expect(shade!.answer.label).toBe('normal');
    expect(shade!.answer.heatMap!.values).toHaveLength(256);
    const [head] = shapes!.answer.masks!;
    const bitmap = decodeRle(head!.rle);
    expect(head!.rle.size).toEqual(SIZE);
    expect(bitmap[BOX.y * SIZE.width + BOX.x]).toBe(1);
    expect(bitmap[(BOX.y - 1) * SIZE.width + BOX.x]).toBe(0);
  });

  it('says what is absent', async () => {
    await writeFile(at('bright.png'), await paintImage(SIZE, BOX, 255, 250).png().toBuffer());
    expect((await analyze('bright.png')).stdout).toContain('absent: presence of nuclei 0.01');
  });

  it('gives one line for each file it cannot read, does the others, and exits with 1', async () => {
    await writeFile(at('notes.txt'), 'no image');
    const { code, stdout, stderr } = await analyze('notes.txt', 'gone.png', 'scan.png');
    expect(code).toBe(1);
    expect(stderr.trim().split('\n')).toEqual([
      'notes.txt: The file of 8 bytes does not begin like an image. ' +
        'Send DICOM, NIfTI, PNG, JPEG, WebP, TIFF, BMP, PGM or PPM.',
      'gone.png: There is no such file. Check the path.',
    ]);
    expect(stdout).toContain('scan.shapes.png');
    const { images } = await readAnswers(at('medzoo-out/answers.json'));
    expect(images.map(({ ok }) => ok)).toEqual([false, false, true]);
  });

  it('keeps apart two files of one name', async () => {
    await writeFile(at('scan.jpg'), await paintImage(SIZE, BOX, 0, 255).jpeg().toBuffer());
    const { stdout } = await analyze('--out', 'pictures', '--heads', 'shapes', 'scan.png', 'scan.jpg');
    expect((await readdir(at('pictures'))).toSorted()).toEqual([
      'answers.json',
      'scan-2.shapes.png',
      'scan.shapes.png',
    ]);
    expect(stdout).not.toContain('shade');
    expect(stdout).toContain('Pictures and answers.json are in pictures.');
  });

  it('draws nothing where nobody asks for pictures', async () => {
    const { code, stdout } = await analyze('--no-pictures', '--formats', 'csv', '--heads', 'shapes', 'scan.png');
    expect(code).toBe(0);
    expect((await readdir(at('medzoo-out'))).toSorted()).toEqual(['answers.json', 'results.csv']);
    expect(stdout).toContain('shapes');
    expect(stdout).toContain('answers.json is in medzoo-out.');
    const { images } = await readAnswers(at('medzoo-out/answers.json'));
    expect(images.map(({ ok }) => ok)).toEqual([true]);
    const refused = await analyze('--no-pictures', '--formats', 'csv,sc', 'scan.png');
    expect(refused.stderr).toBe(
      'error: The format sc holds the pictures that --no-pictures leaves out. Leave one of the two out.\n',
    );
  });

  it('prompts a head that takes a box', async () => {
    const { code, stdout } = await analyze('--heads', 'prompted', '--box', '4,2,16,8', 'scan.png');
    expect(code).toBe(0);
    expect(stdout).toMatch(/prompted +object +0.50 +128 px/);
  });

  it('says in one line what is wrong with a command', async () => {
    const { code, stderr } = await analyze('--heads', 'shape', 'scan.png');
    expect(code).toBe(1);
    expect(stderr).toBe('error: There is no head "shape". There are shapes, shade, prompted. Did you mean "shapes"?\n');
    expect((await analyze('--box', '1,2', 'scan.png')).stderr).toContain('Expected 4 numbers');
    expect((await analyze()).stderr).toContain("error: missing required argument 'image'");
    const elsewhere = await spawnCommand(['analyze', '--config', 'nowhere.mjs', 'scan.png'], folder);
    expect([elsewhere.code, elsewhere.stderr]).toEqual([
      1,
      expect.stringMatching(/^error: There is no config at .*nowhere\.mjs\. Write one there: /),
    ]);
  });

  it('explains itself', async () => {
    const { code, stdout } = await analyze('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('medzoo analyze [options] <image...>');
  });

  it('takes the config of its folder', async () => {
    await writeFile(at('medzoo.config.mjs'), `export { default } from ${JSON.stringify(FAKE_CONFIG)};`);
    const { code, stdout } = await spawnCommand(['analyze', 'scan.png'], folder);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/shapes +fetal_head/)]);
  });

  it("runs medzoo's own heads where there is no config, also on 16-bit grey", { timeout: 120_000 }, async () => {
    const film = fileURLToPath(locateSample('chest-film'));
    const { code, stdout, stderr } = await spawnCommand(['analyze', film], folder);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    for (const head of ['automed', 'chest-xray-pneumonia', 'breast-ultrasound', 'brain-mri'])
      expect(stdout).toContain(head);
    // No classifier takes a drawn film for one of its own: it says so, fails nothing and has no picture.
    expect(stdout).toMatch(/brain-mri +not answered\. This does not look like .*\(brain MRI\)/);
    expect((await readdir(at('medzoo-out'))).toSorted()).toEqual(['answers.json', 'chest-film.automed.png']);
  });

  it('answers about an image of another kind where asked to warn', { timeout: 120_000 }, async () => {
    const film = fileURLToPath(locateSample('chest-film'));
    const { code, stdout } = await spawnCommand(['analyze', '--out-of-domain', 'warn', film], folder);
    expect(code).toBe(0);
    expect(stdout).toContain('unsure. This does not look like the images that brain-mri was trained on');
    expect(await readdir(at('medzoo-out'))).toHaveLength(5);
  });
});
