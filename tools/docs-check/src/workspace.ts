import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Workspace } from './documents/check-npm-line.js';
import type { Bins } from './documents/replace-npx.js';

export const ROOT = new URL('../../../', import.meta.url);

/**
 * Every document that a user reads, as a path from the root; but tools/train speaks Python and has checks of its own.
 */
export function findDocuments(): string[] {
  const folders = ['packages', 'tools'].flatMap((parent) => list(`${parent}/`).map((name) => `${parent}/${name}/`));
  const readmes = ['', ...folders].map((folder) => `${folder}README.md`);
  const docs = list('docs/').map((name) => `docs/${name}`);
  return [...readmes, ...docs].filter(
    (path) => path.endsWith('.md') && !path.startsWith('tools/train/') && existsSync(new URL(path, ROOT)),
  );
}

/** The packages and scripts that a document may name. */
export function readWorkspace(): Workspace {
  const packages = list('packages/').map((name) => readJson(`packages/${name}/package.json`).name ?? '');
  return { packages, scripts: Object.keys(readJson('package.json').scripts ?? {}) };
}

/** The commands that the packages bring, by what comes after npx. */
export function readBins(): Bins {
  const bins = list('packages/').flatMap((name) => {
    const { name: id = name, bin = {} } = readJson(`packages/${name}/package.json`);
    const commands = Object.entries(bin);
    // npx runs the only command of a package by the package's name.
    const named = commands.length === 1 ? [...commands, [id, commands[0]![1]] as const] : commands;
    return named.map(([command, file]) => [command, fileURLToPath(new URL(`packages/${name}/${file}`, ROOT))]);
  });
  return Object.fromEntries(bins) as Bins;
}

function list(folder: string): string[] {
  return existsSync(new URL(folder, ROOT)) ? readdirSync(new URL(folder, ROOT)) : [];
}

interface PackageJson {
  readonly name?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
}

function readJson(path: string): PackageJson {
  return JSON.parse(readFileSync(new URL(path, ROOT), 'utf8')) as object;
}
