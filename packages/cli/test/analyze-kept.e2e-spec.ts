import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { paintImage } from '../src/testing/paint-image.js';
import { FAKE_CONFIG, spawnCommand } from '../src/testing/spawn-command.js';

const BOX = { x: 4, y: 2, width: 16, height: 8 };
const MEDZOO = fileURLToPath(new URL('../bin/medzoo.js', import.meta.url));

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);
const analyze = (...args: string[]) => spawnCommand(['analyze', '--config', FAKE_CONFIG, ...args], folder);
const paint = async (name: string, side = 32) =>
  writeFile(at(name), await paintImage({ width: side, height: side }, BOX, 255, 0).png().toBuffer());

async function readFiles(): Promise<string[]> {
  const { images } = JSON.parse(await readFile(at('medzoo-out/answers.json'), 'utf8')) as {
    readonly images: readonly { readonly file: string }[];
  };
  return images.map(({ file }) => file);
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kept-'));
});

describe('medzoo analyze keeps what was found', () => {
  it('tells of a broken image in a folder by a line, in answers.json and in the table', async () => {
    await mkdir(at('mix'));
    await paint('mix/scan.png');
    await writeFile(at('mix/empty.png'), '');
    await writeFile(at('mix/notes.txt'), 'no image');
    const { code, stderr } = await analyze('mix', '--formats', 'csv');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^mix\/empty\.png: ./m);
    expect(stderr).toContain('1 file in folders passed over, no images for a head: mix/notes.txt.\n');
    expect(await readFiles()).toEqual(['mix/empty.png', 'mix/scan.png']);
    expect(await readFile(at('medzoo-out/results.csv'), 'utf8')).toContain('mix/empty.png,');
  });

  it('does not write over answers about other images unless it is told to', async () => {
    await paint('a.png');
    await paint('b.png');
    expect((await analyze('a.png')).code).toBe(0);
    const refused = await analyze('b.png');
    expect([refused.code, refused.stderr]).toEqual([
      1,
      'error: medzoo-out holds answers about other images, such as a.png. ' +
        'Choose another --out, or write over them with --replace.\n',
    ]);
    expect(await readFiles()).toEqual(['a.png']);
    expect((await analyze('a.png', 'b.png')).code).toBe(0);
    expect((await analyze('b.png', '--replace')).code).toBe(0);
    expect(await readFiles()).toEqual(['b.png']);
  });

  it('does not analyze what it wrote into the same folder before', async () => {
    await paint('a.png');
    expect((await analyze('.', '--formats', 'png')).code).toBe(0);
    const again = await analyze('.', '--formats', 'png');
    expect(again.code).toBe(0);
    expect(await readFiles()).toEqual(['a.png']);
    expect(again.stderr).toContain('passed over, no images for a head: medzoo-out/answers.json');
    const elsewhere = await analyze('.', '--out', 'other');
    expect(elsewhere.stdout).not.toContain('medzoo-out/a.');
  });

  it.runIf(existsSync('/proc/self'))('says at once where no folder for the results can be made', async () => {
    await paint('a.png');
    const { code, stderr } = await analyze('a.png', '--out', '/proc/medzoo/results');
    expect([code, stderr]).toEqual([
      1,
      'error: /proc/medzoo/results cannot be made a folder for the results. Name another with --out.\n',
    ]);
  });

  it.runIf(existsSync('/dev/full'))(
    'says in a line that its output found no room, and where to look for help',
    async () => {
      await paint('a.png');
      const full = openSync('/dev/full', 'w');
      const args = [MEDZOO, 'analyze', '--config', FAKE_CONFIG, 'a.png'];
      const { status, stderr } = spawnSync(process.execPath, args, { cwd: folder, stdio: ['ignore', full, 'pipe'] });
      closeSync(full);
      expect([status, String(stderr)]).toEqual([
        1,
        'error: The output cannot be written. The disk is full. Make room, or name another place.\n',
      ]);
      expect((await analyze('a.png', '--hedas', 'x')).stderr).toContain('Run `medzoo analyze --help`');
    },
  );

  it('does not take a file of somebody else for its own', async () => {
    await paint('a.png');
    await mkdir(at('medzoo-out'));
    await writeFile(at('medzoo-out/answers.json'), '[]');
    expect((await analyze('a.png')).stderr).toContain('medzoo-out/answers.json is no JSON that medzoo wrote.');
  });

  it('speaks of no pictures where none was drawn', async () => {
    const { code, stdout, stderr } = await analyze('gone.png');
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toContain('No image could be analyzed; answers.json in medzoo-out has the reasons.\n');
  });

  // Windows has no signals.
  it.skipIf(process.platform === 'win32')('writes what was done before ctrl-C, and exits with 130', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `${String(index).padStart(2, '0')}.png`);
    for (const name of names) await paint(name, 800);
    const args = ['analyze', '--config', FAKE_CONFIG, '--formats', 'csv', ...names];
    const child = execFile(process.execPath, [MEDZOO, ...args], { cwd: folder });
    let said = '';
    child.stderr!.on('data', (text: string) => (said += text));
    child.stdout!.once('data', () => child.kill('SIGINT'));
    expect(await once(child, 'close')).toEqual([130, null]);
    const done = await readFiles();
    expect(done).toEqual(names.slice(0, done.length));
    expect(done.length).toBeGreaterThan(0);
    expect(done.length).toBeLessThan(names.length);
    expect(said).toBe(`Stopped: answers.json in medzoo-out has what was done, ${done.length} of 20 pictures.\n`);
    expect(await readFile(at('medzoo-out/results.csv'), 'utf8')).toContain('00.png,');
  });
});
