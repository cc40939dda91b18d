import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Head } from '@medzoo/core/contract';
import { describeError } from '../../describe-error.js';

/** As much of a package.json as is looked at. */
export interface PackageJson {
  readonly name?: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly license?: string;
  readonly description?: string;
  readonly main?: string;
  readonly exports?: unknown;
}

export interface ImportedHeads {
  readonly heads: readonly Head[];
  /** Whether the folder is a package with an entry, built or not. */
  readonly hasCode: boolean;
  readonly fault: string | undefined;
}

export async function readPackage(folder: string): Promise<PackageJson | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as PackageJson);
}

/** The heads that a package's entry exports: everything with a manifest, an encoder, a trained model and `decode`. */
export async function importHeads(folder: string, packageJson: PackageJson | undefined): Promise<ImportedHeads> {
  const entry = packageJson && findEntry(packageJson);
  if (entry === undefined) return { heads: [], hasCode: false, fault: undefined };
  const path = resolve(folder, entry);
  if (!existsSync(path)) {
    return { heads: [], hasCode: true, fault: `The package's entry ${entry} is not there. Build it: npm run build` };
  }
  try {
    const module = (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
    return { heads: Object.values(module).filter(isHead), hasCode: true, fault: undefined };
  } catch (error) {
    return { heads: [], hasCode: true, fault: describeError(error) };
  }
}

function findEntry({ exports, main }: PackageJson): string | undefined {
  const root = isRecord(exports) && '.' in exports ? exports['.'] : exports;
  if (typeof root === 'string') return root;
  if (isRecord(root)) {
    const target = root.import ?? root.default;
    if (typeof target === 'string') return target;
    if (isRecord(target) && typeof target.default === 'string') return target.default;
  }
  return main;
}

function isHead(value: unknown): value is Head {
  return (
    isRecord(value) &&
    typeof value.decode === 'function' &&
    ['manifest', 'encoder', 'trained'].every((key) => isRecord(value[key]))
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
