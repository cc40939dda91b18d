import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { runCheckHead, type CheckReport } from '../check-head/run-check-head.js';
import { CommandError } from '../command-error.js';
import { copyFolder } from './copy-folder.js';
import { unpackZip } from './unpack-zip.js';

export interface AddOptions {
  /** A zip archive, or a folder. */
  readonly source: string;
  /** The folder that heads without code are kept in. */
  readonly heads: string;
  readonly replace: boolean;
  /** The config that is to serve it. */
  readonly config: string;
}

/** `written`: a new config. `serves`: the one there reads the folder of heads. `asks`: it has to be edited. */
export type ConfigState = 'written' | 'serves' | 'asks';

export interface Added {
  readonly report: CheckReport;
  /** Undefined if the head is refused. */
  readonly place: string | undefined;
  readonly config: ConfigState | undefined;
  /** Files of the archive that no head without code has. */
  readonly leftOut: number;
}

/**
 * Takes a head out of an archive, checks it as `check-head` does, and puts it beside the others if nothing is an error.
 * No JavaScript of the archive is written or run.
 */
export async function runAdd({ source, heads, replace, config }: AddOptions): Promise<Added> {
  const found = await stat(source).catch(() => undefined);
  if (!found)
    throw new CommandError(`There is no ${source}. Name a zip archive or a folder of model.json and its ONNX file.`);
  await mkdir(heads, { recursive: true });
  const unpacked = await mkdtemp(join(heads, '.adding-'));
  try {
    const leftOut = await (found.isDirectory() ? copyFolder : unpackZip)(source, unpacked);
    const report = await runCheckHead(unpacked);
    if (!report.isReady) return { report, place: undefined, config: undefined, leftOut };
    const place = join(heads, report.heads[0]!.head);
    if (existsSync(place) && !replace) {
      throw new CommandError(`There is a head in ${place} already. Write over it with --replace.`);
    }
    await rm(place, { recursive: true, force: true });
    await rename(unpacked, place);
    return { report, place, config: await serve(config, heads), leftOut };
  } finally {
    await rm(unpacked, { recursive: true, force: true });
  }
}

/** The line that a config needs, and what it imports. */
export function configLines(config: string, heads: string): readonly [imports: string, entry: string] {
  const folder = relative(join(config, '..'), heads).replaceAll('\\', '/');
  return ["import { modelHeads } from '@medzoo/sam-med2d';", `...modelHeads(new URL('./${folder}/', import.meta.url))`];
}

async function serve(config: string, heads: string): Promise<ConfigState> {
  const text = await readFile(config, 'utf8').catch(() => undefined);
  if (text !== undefined) return text.includes('modelHeads(') ? 'serves' : 'asks';
  const [imports, entry] = configLines(config, heads);
  const lines = [
    '// What the gateway serves: the heads without code in a folder. Heads of packages are named beside them.',
    "import { defineConfig } from '@medzoo/core';",
    ...[imports, '', 'export default defineConfig({', `  heads: [${entry}],`, '  warmUp: true,', '});', ''],
  ];
  await writeFile(config, lines.join('\n'));
  return 'written';
}
