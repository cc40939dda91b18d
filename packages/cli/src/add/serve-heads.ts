import { readFile, writeFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { CommandError } from '../command-error.js';
import { codeOf, explainReadError } from '../files/explain-read-error.js';
import { explainWriteError } from '../files/explain-write-error.js';
import { showPath } from '../files/show-path.js';

/** `written`: a new config. `serves`: the one there reads the folder of heads. `asks`: it has to be edited. */
export type ConfigState = 'written' | 'serves' | 'asks';

/** The line that a config needs, and what it imports. */
export function configLines(config: string, heads: string): readonly [imports: string, entry: string] {
  const folder = relative(dirname(config), heads).replaceAll('\\', '/');
  const from = folder.startsWith('..') ? folder : `./${folder}`;
  return [
    "import { modelHeads } from '@medzoo/sam-med2d';",
    `...modelHeads(new URL(${JSON.stringify(`${encodeURI(from)}/`).replaceAll('"', "'")}, import.meta.url))`,
  ];
}

/** Writes a config that serves the heads of a folder, unless there is one, and says whether that one does. */
export async function serveHeads(config: string, heads: string): Promise<ConfigState> {
  const text = await readFile(config, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new CommandError(`${showPath(config)}: ${explainReadError(error, config).message}`);
  });
  if (text !== undefined) return doesServe(text, config, heads) ? 'serves' : 'asks';
  const [imports, entry] = configLines(config, heads);
  const lines = [
    '// What the gateway serves: the heads without code in a folder. Heads of packages are named beside them.',
    "import { defineConfig } from '@medzoo/core';",
    ...[imports, '', 'export default defineConfig({', `  heads: [${entry}],`, '  warmUp: true,', '});', ''],
  ];
  await writeFile(config, lines.join('\n')).catch((error: unknown) => {
    throw explainWriteError(error, config);
  });
  return 'written';
}

/** Two slashes within a location are no comment. */
const COMMENTS = /\/\*[\s\S]*?\*\/|(?<![:\w'"`./-])\/\/[^\n]*/g;
const CALLS = /\bmodelHeads\(\s*(new\s+URL\(\s*)?(['"`])([^'"`]*)\2(\s*,\s*import\.meta\.url\s*\))?\s*[,)]/g;

/**
 * Whether the text of a config calls `modelHeads` with this folder. The config is not run, so that of a folder which it
 * computes nothing is known.
 */
function doesServe(text: string, config: string, heads: string): boolean {
  return [...text.replaceAll(COMMENTS, '').matchAll(CALLS)].some(([, isUrl, , folder]) => {
    const place = isUrl === undefined ? resolve(folder!) : fileOf(folder!, config);
    return place !== undefined && relative(place, heads) === '';
  });
}

function fileOf(location: string, config: string): string | undefined {
  const base = pathToFileURL(config).href;
  if (!URL.canParse(location, base)) return undefined;
  const url = new URL(location, base);
  return url.protocol === 'file:' ? fileURLToPath(url) : undefined;
}
