import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stripTypes } from './check-types.js';
import { readSnippets } from './read-snippets.js';
import { runCommand } from './run-command.js';
import { ROOT } from './workspace.js';

const TIMEOUT_MS = 240_000;
const tarballs = new URL('out/packed/', ROOT);
const folders: URL[] = [];

/** What a registry would bring along, had these versions been published. */
const BROUGHT_ALONG = {
  'sam-med2d': ['core'],
  automed: ['core', 'sam-med2d'],
  medcls: ['core', 'sam-med2d'],
} as const;

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

beforeAll(async () => {
  rmSync(tarballs, { recursive: true, force: true });
  mkdirSync(tarballs, { recursive: true });
  const names = ['core', 'sam-med2d', 'automed', 'medcls'];
  const workspaces = names.flatMap((name) => ['--workspace', `@medzoo/${name}`]);
  await runCommand('npm', ['pack', ...workspaces, '--pack-destination', fileURLToPath(tarballs)], ROOT);
}, TIMEOUT_MS);

afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

describe.each(Object.entries(BROUGHT_ALONG))('@medzoo/%s as npm would install it', (name, others) => {
  let folder: URL;

  it(
    'installs alone into an empty folder and runs the first lines of its README',
    { timeout: TIMEOUT_MS },
    async () => {
      folder = createFolder();
      writeFileSync(new URL('package.json', folder), '{ "type": "module", "private": true }\n');
      const files = [name, ...others].map(tarballOf);
      await runCommand(
        'npm',
        ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', ...files],
        folder,
      );
      const readme = readFileSync(new URL(`node_modules/@medzoo/${name}/README.md`, folder), 'utf8');
      const program = readSnippets(readme).find(({ kind }) => kind === 'program');
      expect(program?.code.split('\n').filter((line) => line.trim() !== '').length).toBeLessThanOrEqual(9);
      writeFileSync(new URL('start.js', folder), stripTypes(program?.code ?? ''));
      cpSync(new URL('tools/samples/images/', ROOT), folder, { recursive: true });
      await runCommand(process.execPath, ['start.js'], folder);
    },
  );

  it.runIf(name === 'core')('brings the command medzoo, which runs', { timeout: TIMEOUT_MS }, async () => {
    await runCommand(fileURLToPath(new URL('node_modules/.bin/medzoo', folder)), ['doctor', '--json'], folder);
  });

  it('carries its weights and neither tests nor build information', () => {
    const installed = new URL(`node_modules/@medzoo/${name}/`, folder);
    const entries = readdirSync(installed, { recursive: true }).map(String);
    expect(entries.filter((entry) => entry.endsWith('.onnx')).length).toBeGreaterThan(0);
    expect(entries.filter((entry) => /\.spec\.|tsbuildinfo|golden/.test(entry))).toEqual([]);
  });
});
