import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { paintImage } from '../src/testing/paint-image.js';
import { FAKE_CONFIG, spawnCommand } from '../src/testing/spawn-command.js';

const COUNT = 30;
const SIZE = { width: 32, height: 16 };

interface AnswersFile {
  readonly images: readonly { readonly file: string; readonly ok: boolean }[];
}

it('analyzes many files by worker processes, in their order, and goes on after one that cannot be read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'analyze-many-'));
  const files = Array.from({ length: COUNT }, (_, index) => `scan-${String(index).padStart(2, '0')}.png`);
  await mkdir(join(folder, 'scans'));
  for (const [index, file] of files.entries()) {
    const box = { x: index % 8, y: 2, width: 8 + (index % 5), height: 8 };
    await writeFile(join(folder, 'scans', file), await paintImage(SIZE, box, 255, 0).png().toBuffer());
  }
  const whole = await readFile(join(folder, 'scans', files[7]!));
  await writeFile(join(folder, 'scans', files[7]!), whole.subarray(0, whole.length - 30));
  const few = ['scans/scan-03.png', 'scans/scan-20.png'];

  const many = await spawnCommand(['analyze', '--config', FAKE_CONFIG, 'scans', '--out', 'out'], folder);
  const alone = await spawnCommand(['analyze', '--config', FAKE_CONFIG, ...few, '--out', 'few'], folder);

  expect(many.code).toBe(1);
  expect(many.stderr.trim().split('\n')).toEqual([expect.stringContaining('scan-07.png: ')]);
  const named = [...many.stdout.matchAll(/scan-\d\d\.png(?= )/g)].map(([name]) => name);
  expect(named).toEqual(files.filter((_, index) => index !== 7));
  const { images } = JSON.parse(await readFile(join(folder, 'out', 'answers.json'), 'utf8')) as AnswersFile;
  expect(images.map(({ ok }) => ok)).toEqual(files.map((_, index) => index !== 7));
  expect(alone.code).toBe(0);
  const pictures = (await readdir(join(folder, 'few'))).filter((name) => name.endsWith('.png'));
  expect(pictures.length).toBeGreaterThan(1);
  for (const picture of pictures)
    expect(await readFile(join(folder, 'out', picture))).toEqual(await readFile(join(folder, 'few', picture)));
});
