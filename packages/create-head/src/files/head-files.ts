import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isExclusive, type HeadAnswers } from '../ask/answers.js';
import { fillTemplate } from './fill-template.js';
import { modelFiles } from './model-json.js';
import { packageJson, workspacePackageJson } from './package-json.js';

/** Content by path from the head's folder, with slashes. */
export type HeadFiles = Readonly<Record<string, string | Uint8Array>>;

const PACKAGE = new URL('../../', import.meta.url);
const TEMPLATES = new URL('templates/', PACKAGE);

/** Of the templates for a package of its own, those that a head in this repository has too. */
const IN_WORKSPACE = /^(src|train)\/|^(README\.md|medzoo\.config\.mjs)$/;

export interface OwnPackageOptions {
  /**
   * Paths of packed packages of medzoo, from the head's folder or absolute: they are installed in the place of those in
   * the registry.
   */
  readonly tarballs?: readonly string[];
}

/** All files of a head in a package of its own. */
export function headFiles(answers: HeadAnswers, { tarballs = [] }: OwnPackageOptions = {}): HeadFiles {
  return {
    ...fillFolder('head', answers),
    ...overridesOf(answers),
    ...modelFiles(answers),
    'package.json': toJson(packageJson(answers, readVersion(), tarballs)),
    ...(answers.licence === 'Apache-2.0' && { LICENSE: readLicence() }),
  };
}

/** All files of a head in a folder of this repository's packages. */
export function workspaceHeadFiles(answers: HeadAnswers): HeadFiles {
  const own = Object.entries(fillFolder('head', answers)).filter(([path]) => IN_WORKSPACE.test(path));
  return {
    ...Object.fromEntries(own),
    ...overridesOf(answers),
    ...fillFolder('workspace', answers),
    ...modelFiles(answers),
    'package.json': toJson(workspacePackageJson(answers, readVersion())),
    LICENSE: readLicence(),
  };
}

/** The version of medzoo's packages, which are released together. */
export function readVersion(): string {
  return (JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8')) as { version: string }).version;
}

function overridesOf(answers: HeadAnswers): HeadFiles {
  if (answers.task === 'classification') return {};
  return fillFolder(isExclusive(answers) ? 'exclusive-masks' : answers.task, answers);
}

function fillFolder(name: string, answers: HeadAnswers): HeadFiles {
  const folder = fileURLToPath(new URL(name, TEMPLATES));
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
  return Object.fromEntries(
    paths.map((path) => [
      namePath(path).replaceAll('head-id', answers.id),
      fillTemplate(readFileSync(join(folder, path), 'utf8'), answers),
    ]),
  );
}

/**
 * Names that would mean something where the templates lie have a line before them: npm leaves .npmrc and .gitignore out
 * of a package, and eslint and TypeScript would take the settings for their own.
 */
function namePath(path: string): string {
  return path.replace(/(^|\/)_(gitignore|npmrc|github)(?=\/|$)/g, '$1.$2').replace(/(^|\/)_/g, '$1');
}

function readLicence(): string {
  return readFileSync(new URL('LICENSE', PACKAGE), 'utf8');
}

function toJson(content: object): string {
  return `${JSON.stringify(content, undefined, 2)}\n`;
}
