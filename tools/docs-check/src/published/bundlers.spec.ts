import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build as buildWithVite } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import webpack, { type Configuration } from 'webpack';
import { stripTypes } from '../documents/check-types.js';
import { readSnippets } from '../documents/read-snippets.js';
import { runCommand } from '../run-command.js';
import { ROOT } from '../workspace.js';

const TIMEOUT_MS = 120_000;
const documented = readSnippets(readFileSync(new URL('docs/bundling.md', ROOT), 'utf8'));
/** Inside the workspace, so that its packages are found. */
const folder = createFolder();

function createFolder(): URL {
  mkdirSync(new URL('out/', ROOT), { recursive: true });
  return pathToFileURL(`${mkdtempSync(fileURLToPath(new URL('out/bundlers-', ROOT)))}/`);
}

function bundleWithWebpack(config: Configuration): Promise<void> {
  return new Promise((resolve, reject) => {
    webpack({ ...config, context: fileURLToPath(folder) }, (error, stats) => {
      if (error) reject(error);
      else if (stats?.hasErrors()) reject(new Error(stats.toString({ all: false, errors: true })));
      else resolve();
    });
  });
}

/** What the program prints, run from its folder. */
async function run(bundle: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(new URL(`dist/${bundle}`, folder))], {
    cwd: fileURLToPath(folder),
  });
  return stdout;
}

beforeAll(() => {
  cpSync(new URL('tools/samples/images/polyp.webp', ROOT), new URL('polyp.webp', folder));
  for (const { kind, name, code } of documented) {
    if (kind === 'file') writeFileSync(new URL(name, folder), `${code}\n`);
  }
  writeFileSync(new URL('app.js', folder), stripTypes(readFileSync(new URL('app.ts', folder), 'utf8')));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('docs/bundling.md', () => {
  it('esbuild: builds a program that answers', { timeout: TIMEOUT_MS }, async () => {
    await runCommand(process.execPath, ['esbuild.config.mjs'], folder);
    expect(await run('esbuild.mjs')).toMatch(/^polyp: \d+ pixels\n$/);
  });

  it('webpack: builds a program that answers', { timeout: TIMEOUT_MS }, async () => {
    const { default: config } = (await import(new URL('webpack.config.mjs', folder).href)) as {
      default: Configuration;
    };
    await bundleWithWebpack({ ...config, output: { ...config.output, path: fileURLToPath(new URL('dist/', folder)) } });
    expect(await run('webpack.mjs')).toMatch(/^polyp: \d+ pixels\n$/);
  });

  it('Vite: builds a program that answers', { timeout: TIMEOUT_MS }, async () => {
    const configFile = fileURLToPath(new URL('vite.config.mjs', folder));
    await buildWithVite({ configFile, root: fileURLToPath(folder), logLevel: 'silent' });
    expect(await run('vite.mjs')).toMatch(/^polyp: \d+ pixels\n$/);
  });

  it('Next: names every package that has to stay outside', async () => {
    const { default: config } = (await import(new URL('next.config.mjs', folder).href)) as {
      default: { readonly serverExternalPackages: readonly string[] };
    };
    const programs = ['cli', 'create-head', 'gateway']; // nobody bundles these
    const names = readdirSync(new URL('packages/', ROOT)).filter((name) => !programs.includes(name));
    const missing = names.filter((name) => !config.serverExternalPackages.includes(`@medzoo/${name}`));
    expect(missing).toEqual([]);
  });
});

describe('core and draw inside a bundle', () => {
  it(
    'is built by webpack and Vite, and says what to do where its files are missing',
    { timeout: TIMEOUT_MS },
    async () => {
      const entry = fileURLToPath(new URL('inside.mjs', folder));
      const exported = "export { automed } from '@medzoo/automed';\nexport { drawOverlay } from '@medzoo/draw';\n";
      writeFileSync(entry, exported);
      const native = ['sharp', 'onnxruntime-node'];
      await bundleWithWebpack({
        mode: 'development',
        devtool: false,
        target: 'node20',
        entry,
        experiments: { outputModule: true },
        output: { path: fileURLToPath(new URL('dist/', folder)), filename: 'inside-webpack.mjs', module: true },
        externalsType: 'module',
        externals: [...native, /^node:/],
      });
      await buildWithVite({
        configFile: false,
        root: fileURLToPath(folder),
        logLevel: 'silent',
        build: {
          ssr: entry,
          outDir: 'dist',
          emptyOutDir: false,
          rolldownOptions: { output: { entryFileNames: 'inside-vite.mjs' } },
        },
        ssr: { noExternal: true, external: native },
      });
      await expect(run('inside-vite.mjs')).rejects.toThrow('make its package external');
    },
  );
});
