import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stripTypes } from '../documents/check-types.js';
import { readInstallLine } from '../documents/read-install-line.js';
import { readSnippets } from '../documents/read-snippets.js';
import { runCommand } from '../run-command.js';
import { ROOT } from '../workspace.js';

const TIMEOUT_MS = 300_000;
const tarballs = new URL('out/packed/', ROOT);
const folders: URL[] = [];

/** What a registry would bring along, had these versions been published. */
const BROUGHT_ALONG = {
  'sam-med2d': ['core'],
  automed: ['core', 'sam-med2d'],
  medcls: ['core', 'sam-med2d'],
  gateway: ['core', 'sam-med2d', 'automed', 'dicom', 'draw', 'nifti', 'export'],
  draw: ['core', 'sam-med2d', 'automed'],
  remote: ['core', 'sam-med2d', 'automed'],
  dicom: ['core'],
  nifti: ['core'],
  export: ['core', 'sam-med2d', 'automed'],
  cli: ['core', 'draw', 'sam-med2d', 'automed', 'medcls', 'dicom', 'nifti', 'export'],
} as const;

const HEADS: readonly string[] = ['sam-med2d', 'automed', 'medcls'];

/** Packages whose README begins with a program that needs nothing but them and the samples. */
const WITH_PROGRAM: readonly string[] = [...HEADS, 'draw'];

/**
 * What npm hands on of the settings of this checkout, and what a continuous integration sets for it: nobody else has
 * them.
 */
const NOT_OF_A_USER = ['npm_config_onnxruntime_node_install', 'ONNXRUNTIME_NODE_INSTALL'];

/** An empty folder outside the workspace, so that nothing of it is found by chance. */
function createFolder(): URL {
  const folder = pathToFileURL(join(mkdtempSync(join(tmpdir(), 'medzoo-packed-')), '/'));
  folders.push(folder);
  return folder;
}

function tarballOf(name: string): string {
  const file = readdirSync(tarballs).find((entry) => entry.startsWith(`medzoo-${name}-`));
  if (!file) throw new Error(`@medzoo/${name} was not packed.`);
  return fileURLToPath(new URL(file, tarballs));
}

/**
 * The README's own line, its install scripts included, with files for names that no registry has; refuses what Node is
 * too old for.
 */
async function install(name: string, folder: URL): Promise<void> {
  const line = readInstallLine(readFileSync(new URL(`packages/${name}/README.md`, ROOT), 'utf8'));
  const [command = ''] = line.split(/ @medzoo\//);
  const files = [name, ...BROUGHT_ALONG[name as keyof typeof BROUGHT_ALONG]].map(tarballOf);
  const options = '--engine-strict --prefer-offline --no-audit --no-fund';
  const script = `unset ${NOT_OF_A_USER.join(' ')}; ${command} ${options} ${files.join(' ')}`;
  await runCommand('bash', ['-euo', 'pipefail', '-c', script], folder, TIMEOUT_MS);
}

function megabytesOf(folder: URL): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0) / 1e6;
}

/** Several minutes of installing: for .ci/run, and for who changes what is packed. */
const isAsked = Boolean(process.env.CI ?? process.env.MEDZOO_TEST_PACKED);

it.skipIf(isAsked)('installs tarballs (left out: set CI or MEDZOO_TEST_PACKED to 1)', () => undefined);

beforeAll(async () => {
  if (!isAsked) return;
  rmSync(tarballs, { recursive: true, force: true });
  mkdirSync(tarballs, { recursive: true });
  const names = ['core', ...Object.keys(BROUGHT_ALONG)];
  const workspaces = names.flatMap((name) => ['--workspace', `@medzoo/${name}`]);
  await runCommand('npm', ['pack', ...workspaces, '--pack-destination', fileURLToPath(tarballs)], ROOT);
}, TIMEOUT_MS);

afterAll(() => Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true }))), TIMEOUT_MS);

describe.runIf(isAsked).each(Object.keys(BROUGHT_ALONG))('@medzoo/%s as npm would install it', (name) => {
  let folder: URL;
  const runReadme = () => runCommand(process.execPath, ['start.js'], folder);

  it(
    'is installed into an empty folder by the line of its README, with install scripts',
    { timeout: TIMEOUT_MS },
    async () => {
      folder = createFolder();
      writeFileSync(new URL('package.json', folder), '{ "type": "module", "private": true }\n');
      await install(name, folder);
    },
  );

  it.runIf(WITH_PROGRAM.includes(name))('runs the first lines of its README', { timeout: TIMEOUT_MS }, async () => {
    const readme = readFileSync(new URL(`node_modules/@medzoo/${name}/README.md`, folder), 'utf8');
    const program = readSnippets(readme).find(({ kind }) => kind === 'program');
    expect(program?.code.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(9);
    writeFileSync(new URL('start.js', folder), stripTypes(program?.code ?? ''));
    cpSync(new URL('tools/samples/images/', ROOT), folder, { recursive: true });
    await runReadme();
  });

  it.runIf(name === 'remote')(
    'says what gRPC needs, which is not installed with it',
    { timeout: TIMEOUT_MS },
    async () => {
      writeFileSync(
        new URL('start.js', folder),
        "import { automed } from '@medzoo/automed';\n" +
          "import { createRemoteBackend } from '@medzoo/remote';\n" +
          "const backend = createRemoteBackend({ urls: ['grpc://127.0.0.1:1'] });\n" +
          'await backend.open(automed.trained.model).then(() => process.exit(1), ({ message }) => {\n' +
          "  if (!message.includes('npm install @grpc/grpc-js')) throw new Error(message);\n" +
          '});\n',
      );
      await runReadme();
    },
  );

  it.runIf(name === 'gateway')('brings its command, which runs', { timeout: TIMEOUT_MS }, async () => {
    await runCommand('npx', ['--no-install', 'medzoo-gateway', '--version'], folder);
  });

  it.runIf(name === 'cli')('asks a head about an image in an empty folder', { timeout: TIMEOUT_MS }, async () => {
    cpSync(new URL('tools/samples/images/polyp.webp', ROOT), new URL('scan.webp', folder));
    await runCommand('npx', ['--no-install', '@medzoo/cli', 'analyze', 'scan.webp', '--heads', 'automed'], folder);
    const { images } = JSON.parse(readFileSync(new URL('medzoo-out/answers.json', folder), 'utf8')) as {
      readonly images: readonly { readonly ok: boolean }[];
    };
    expect(images.map(({ ok }) => ok)).toEqual([true]);
    await runCommand('npx', ['--no-install', 'medzoo', 'doctor', '--json'], folder);
  });

  it.runIf(name === 'automed')(
    'runs without other platforms, deleted as docs say',
    { timeout: TIMEOUT_MS },
    async () => {
      const document = readFileSync(new URL('docs/operating.md', ROOT), 'utf8');
      const [line = ''] = /^find node_modules\/onnxruntime-node\/.*$/m.exec(document) ?? [];
      expect(document.split(line)).toHaveLength(3); // once by itself, once in the image
      const binaries = new URL('node_modules/onnxruntime-node/bin/', folder);
      const before = megabytesOf(binaries);
      await runCommand('bash', ['-euo', 'pipefail', '-c', line], folder);
      expect(before - megabytesOf(binaries)).toBeGreaterThan(200);
      await runReadme();
    },
  );

  it('carries its weights and notices, and neither tests nor build information', () => {
    const installed = new URL(`node_modules/@medzoo/${name}/`, folder);
    const entries = readdirSync(installed, { recursive: true }).map(String);
    if (HEADS.includes(name)) expect(entries.filter((entry) => entry.endsWith('.onnx')).length).toBeGreaterThan(0);
    expect(entries).toContain('NOTICE');
    expect(entries.filter((entry) => /\.spec\.|tsbuildinfo|(^|\/)golden\//.test(entry))).toEqual([]);
  });
});
