import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { createZoo, loadConfig } from '@medzoo/core';
import { createTestImage } from '@medzoo/core/testing';
import { writeOnnx } from '@medzoo/create-head';
import { modelHeads } from '@medzoo/sam-med2d';
import { pathToFileURL } from 'node:url';
import { beforeEach, expect, it } from 'vitest';
import { GOOD_HEAD, writeGolden, writeHead } from '../testing/write-head.js';
import { writeZip, type ZippedFile } from '../testing/write-zip.js';
import { runAdd } from './run-add.js';
import { serveHeads } from './serve-heads.js';

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);
const text = (content: string): Uint8Array => Buffer.from(content);

/** The files of a head that is trained as it should be. */
async function filesOf(prefix: string): Promise<ZippedFile[]> {
  const names = await readdir(at('model'));
  return Promise.all(names.map(async (name) => ({ path: prefix + name, content: await readFile(at('model', name)) })));
}

async function add(files: readonly ZippedFile[], options: { replace?: boolean; within?: number } = {}) {
  await writeFile(at('head.zip'), writeZip(files));
  return runAdd({
    source: at('head.zip'),
    heads: at('heads'),
    config: at('medzoo.config.mjs'),
    replace: false,
    within: 60,
    ...options,
  });
}

beforeEach(async () => {
  folder = await writeHead(GOOD_HEAD);
  await writeGolden(folder);
});

it('takes a head out of an archive, checks it, and writes a config that serves it', async () => {
  const script = { path: 'lesions/evil.js', content: text('process.exit(3)') };
  const manifest = { path: 'lesions/package.json', content: text('{ "exports": "./evil.js" }') };
  const { report, place, config, leftOut } = await add([...(await filesOf('lesions/')), script, manifest]);
  expect(report.isReady).toBe(true);
  expect([place, config, leftOut]).toEqual([at('heads/lesions'), 'written', 2]);
  expect((await readdir(at('heads/lesions'))).toSorted()).toEqual([
    ...['golden.json', 'golden.png', 'head.onnx', 'model.json'],
  ]);
  expect(await readdir(at('heads'))).toEqual(['lesions']);

  const written = await readFile(at('medzoo.config.mjs'), 'utf8');
  expect(written).toContain("heads: [...modelHeads(new URL('./heads/', import.meta.url))],");
  const zoo = await createZoo({ heads: modelHeads(at('heads')), threads: 1 });
  const { lesions } = await zoo.analyze(await createTestImage({ width: 40, height: 30 }), { lesions: {} });
  expect(lesions.ok && lesions.value).toMatchObject({ task: 'classification' });
  await zoo.close();
});

it('refuses an archive of which a byte has changed', async () => {
  const files = await filesOf('');
  const zip = writeZip(files);
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(files[0]!.content));
  for (let place = zip.indexOf(sum); place >= 0; place = zip.indexOf(sum)) zip[place] = zip[place]! ^ 1;
  await writeFile(at('head.zip'), zip);
  const places = { source: at('head.zip'), heads: at('heads'), config: at('medzoo.config.mjs') };
  const adding = runAdd({ ...places, replace: false, within: 60 });
  await expect(adding).rejects.toThrow('cannot be read: it is damaged');
});

it('takes the files of variants along, and refuses a head that lacks one', async () => {
  const near = writeOnnx({
    ...GOOD_HEAD.graph,
    weights: GOOD_HEAD.graph.weights.map((weight) => ({
      ...weight,
      values: Float32Array.from(weight.values as Float32Array, (value) => Math.round(value * 512) / 512),
    })),
  });
  const sha256 = createHash('sha256').update(near).digest('hex');
  const gate = [{ dataset: 'lesions', metric: 'accuracy', split: 'val', n: 10, before: 0.9, after: 0.9 }];
  const file = { url: './head.int8.onnx', sha256, bytes: near.length, gate };
  const model = JSON.parse(await readFile(at('model/model.json'), 'utf8')) as object;
  const variants = [{ precision: 'int8-static', providers: ['cpu'], ...file }];
  await writeFile(at('model/model.json'), JSON.stringify({ ...model, variants }));
  const without = await add(await filesOf(''));
  expect([without.report.isReady, without.place]).toEqual([false, undefined]);

  const whole = await add([...(await filesOf('')), { path: 'head.int8.onnx', content: near }]);
  expect(whole.report.isReady).toBe(true);
  const zoo = await createZoo({ heads: modelHeads(at('heads')), threads: 1 });
  const { lesions } = await zoo.analyze(await createTestImage({ width: 40, height: 30 }), { lesions: {} });
  expect(lesions.provenance).toMatchObject({ head: { sha256 }, headPrecision: 'int8-static' });
  await zoo.close();
});

it('loads the config that it wrote', async () => {
  // Beside this package, where the config's imports are found.
  const place = join(import.meta.dirname, '../../test/.added.config.mjs');
  await writeFile(at('head.zip'), writeZip(await filesOf('')));
  try {
    await runAdd({ source: at('head.zip'), heads: at('heads'), config: place, replace: false, within: 60 });
    const { heads } = await loadConfig(pathToFileURL(place));
    expect(heads.map(({ manifest }) => manifest.id)).toEqual(['lesions']);
  } finally {
    await rm(place, { force: true });
  }
});

it('refuses a head with an error, and leaves nothing of it behind', async () => {
  const model = JSON.parse(await readFile(at('model/model.json'), 'utf8')) as object;
  await writeFile(at('model/model.json'), JSON.stringify({ ...model, labels: ['malignant', 'benign'] }));
  const { report, place } = await add(await filesOf(''));
  expect([report.isReady, place]).toEqual([false, undefined]);
  expect(await readdir(folder)).not.toContain('heads');
});

it('leaves a folder that was there before, though nothing is in it', async () => {
  await mkdir(at('heads'));
  await expect(add([{ path: '../model.json', content: text('{}') }])).rejects.toThrow('head.zip');
  expect(await readdir(at('heads'))).toEqual([]);
});

it('leaves nothing behind of a head that no config can serve', async () => {
  await mkdir(at('medzoo.config.mjs'));
  await expect(add(await filesOf(''))).rejects.toThrow('medzoo.config.mjs');
  expect(await readdir(folder)).not.toContain('heads');
});

it('keeps the head that is there, unless it is told to replace it', async () => {
  await add(await filesOf(''));
  await expect(add(await filesOf(''))).rejects.toThrow('Write over it with --replace');
  await expect(add(await filesOf(''), { replace: true })).resolves.toMatchObject({ config: 'serves' });
});

it('takes a folder too, and says so where a config has to be edited', async () => {
  await writeFile(at('medzoo.config.mjs'), 'export default { heads: [] };');
  const options = { source: folder, heads: at('heads'), config: at('medzoo.config.mjs'), replace: false, within: 60 };
  await expect(runAdd(options)).resolves.toMatchObject({ place: at('heads/lesions'), config: 'asks' });
  expect(await readFile(at('medzoo.config.mjs'), 'utf8')).toBe('export default { heads: [] };');
});

it('makes the head readable for the account of the gateway', async () => {
  await chmod(at('model/model.json'), 0o600);
  const options = { source: folder, heads: at('heads'), config: at('medzoo.config.mjs'), replace: false, within: 60 };
  await runAdd(options);
  const modes = await Promise.all(['', 'model.json'].map((name) => stat(at('heads/lesions', name))));
  expect(modes.map(({ mode }) => mode & 0o777)).toEqual([0o755, 0o644]);
});

it('finds the model file among other files of a folder, and says so where there are too many', async () => {
  const options = { source: folder, heads: at('heads'), config: at('medzoo.config.mjs'), replace: false, within: 60 };
  await Promise.all(Array.from({ length: 150 }, (_, index) => mkdir(at('model', `a${index}`))));
  await expect(runAdd(options)).resolves.toMatchObject({ place: at('heads/lesions') });
  await Promise.all(Array.from({ length: 101 }, (_, index) => writeFile(at('model', `b${index}`), '')));
  await expect(runAdd({ ...options, replace: true })).rejects.toThrow(/head-\w+: A head is a few files/);
});

it.each([
  ["modelHeads(new URL('./heads/', import.meta.url))", 'serves'],
  ["modelHeads(\n  new URL('heads', import.meta.url),\n  { encoder })", 'serves'],
  ["modelHeads(new URL('./others/', import.meta.url))", 'asks'],
  ["// modelHeads(new URL('./heads/', import.meta.url))", 'asks'],
  ["/* modelHeads(new URL('./heads/', import.meta.url)) */", 'asks'],
  ['modelHeads(FOLDER)', 'asks'],
])('of a config with %s it says: %s', async (text, state) => {
  await writeFile(at('medzoo.config.mjs'), `export default { heads: [${text}\n] };`);
  await expect(serveHeads(at('medzoo.config.mjs'), at('heads'))).resolves.toBe(state);
});

it('says in words where it cannot write, and of what', async () => {
  await writeFile(at('file'), '');
  const options = {
    source: folder,
    heads: at('file/heads'),
    config: at('medzoo.config.mjs'),
    replace: false,
    within: 60,
  };
  await expect(runAdd(options)).rejects.toThrow(/file\/heads cannot be written\. A part of the path is a file/);
  const config = at('nowhere/c.mjs');
  await expect(serveHeads(config, at('heads'))).rejects.toThrow(`${config} cannot be written. A folder of its path`);
});

it.each<[string, (files: ZippedFile[]) => ZippedFile[], string]>([
  ['a path that leads out', (files) => [...files, { path: '../evil.onnx', content: text('x') }], 'cannot be read'],
  ['no model.json', () => [{ path: 'a.txt', content: text('x') }], 'There is no model.json in it'],
  [
    'two heads',
    (files) => [...files, { path: 'other/model.json', content: text('{}') }],
    'Expected one model.json; got ',
  ],
  [
    'more files than a head has',
    (files) => [...files, ...Array.from({ length: 120 }, (_, index) => ({ path: `${index}.txt`, content: text('') }))],
    'A head is a few files',
  ],
  [
    'a bomb that says so',
    (files) => [...files, { path: 'bomb.onnx', content: text('x'), says: 3e9 }],
    'at most 1.1 GB are taken',
  ],
  [
    'a bomb that lies',
    (files) => [...files, { path: 'bomb.onnx', content: new Uint8Array(5e6), says: 10 }],
    'cannot be read',
  ],
])('refuses an archive with %s', async (_, change, message) => {
  await expect(add(change(await filesOf('')))).rejects.toThrow(message);
  expect(await readdir(folder)).not.toContain('heads');
  expect(await readdir(dirname(folder))).not.toContain('evil.onnx');
});

it('refuses what is no archive', async () => {
  await writeFile(at('head.zip'), 'no archive');
  const options = { source: at('head.zip'), heads: at('heads'), config: at('c.mjs'), replace: false, within: 60 };
  await expect(runAdd(options)).rejects.toThrow(/head\.zip: Expected a zip archive of a head/);
  await expect(runAdd({ ...options, source: at('gone.zip') })).rejects.toThrow('There is no');
});
