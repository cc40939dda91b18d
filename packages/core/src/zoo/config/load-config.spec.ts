import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adviseOnTypeScript } from './import-default.js';
import { loadConfig } from './load-config.js';

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medzoo-config-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function load(text: string) {
  const path = join(folder, `${(count += 1)}.mjs`);
  await writeFile(path, text);
  return loadConfig(pathToFileURL(path));
}

describe('loadConfig', () => {
  it('gives the default export', async () => {
    const head = '{ manifest: {}, encoder: {}, trained: {} }';
    await expect(load(`export default { heads: [${head}], threads: 1 }`)).resolves.toMatchObject({ threads: 1 });
  });

  it('says what to do where Node reads no TypeScript', () => {
    const refused = new TypeError('Unknown file extension ".ts" for /app/medzoo.config.ts');
    expect(adviseOnTypeScript(refused)).toContain('Name the compiled file');
    expect(adviseOnTypeScript(new TypeError('Unknown file extension ".yaml" for /app/a.yaml'))).toBe('');
  });

  it.each([
    ['export default 3', 'it has the default export 3'],
    ['export default null', 'it has the default export null'],
    ['export const config = 1', 'it has no default export'],
    ['export default {}', 'a default export without heads'],
    ['export default { heads: 1 }', 'heads that are no array'],
    ['export default { heads: [{}] }', 'heads of which number 1 is no head'],
    ['export default { heads: [Promise.resolve()] }', 'number 1 is a promise: write `await` before it'],
    ['throw new Error("no key")', 'cannot be loaded: no key'],
    ['export default {', 'cannot be loaded: '],
  ])('says of `%s` that %s', async (text, words) => {
    await expect(load(text)).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      message: expect.stringContaining(words) as string,
    });
  });

  it('says where a config is missing', async () => {
    const nowhere = pathToFileURL(join(folder, 'nowhere.mjs'));
    await expect(loadConfig(nowhere)).rejects.toMatchObject({
      code: 'INVALID_MANIFEST',
      message: expect.stringContaining('There is no config at ') as string,
    });
  });
});
