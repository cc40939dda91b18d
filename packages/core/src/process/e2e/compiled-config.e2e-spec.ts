import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestImage } from '../../testing/test-image.js';
import { connectZoo } from '../connect-zoo.js';

/** Starts from the build: `npm test` makes it. A test here, since Vitest's own `import` unpacks CommonJS. */
const TESTING = fileURLToPath(new URL('../../../dist/testing/index.js', import.meta.url));
vi.setConfig({ testTimeout: 60_000 });

/** How TypeScript begins what it compiles to CommonJS. */
const COMPILED = "'use strict';\nObject.defineProperty(exports, '__esModule', { value: true });\n";
const CONFIG = `{ heads: [require(${JSON.stringify(TESTING)}).testClasses], threads: 1 };`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medzoo-compiled-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

describe('a config in CommonJS', () => {
  it.each([
    ['compiled by TypeScript', `${COMPILED}exports.default = ${CONFIG}`],
    ['written by a person', `module.exports = ${CONFIG}`],
  ])('%s starts a zoo', async (_, text) => {
    const zoo = await connectZoo({ config: await write('config.cjs', text), standby: false });
    const answers = await zoo.analyze(await createTestImage(), { 'test-classes': {} });
    expect(answers).toMatchObject({ 'test-classes': { ok: true } });
    await zoo.close();
  });

  it('may have decoders in a module that was compiled as well', async () => {
    const decoder = '{ sniff: () => false, open: () => { throw new Error(); } }';
    const config = await write('config.cjs', `${COMPILED}exports.default = ${CONFIG}`);
    const decoders = await write('decoders.cjs', `${COMPILED}exports.default = [${decoder}];`);
    const zoo = await connectZoo({ config, decoders, standby: false });
    expect(zoo.heads).toHaveLength(1);
    await zoo.close();
  });

  it('that exports no default says so', async () => {
    const config = await write('config.cjs', `${COMPILED}exports.config = ${CONFIG}`);
    await expect(connectZoo({ config })).rejects.toThrow('it has no default export');
  });
});
