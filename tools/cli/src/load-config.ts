import { access } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { ZooConfig } from '@medzoo/core';
import { CommandError } from './command-error.js';
import { describeError } from './describe-error.js';

/** The heads to run: the default export of a module like `medzoo.config.mjs`. */
export async function loadConfig(path: string): Promise<ZooConfig> {
  await access(path).catch(() => {
    throw new CommandError(
      `There is no config ${path}. Run this in the folder of medzoo.config.mjs or name one with --config FILE.`,
    );
  });
  const module = (await import(pathToFileURL(path).href).catch((error: unknown) => {
    throw new CommandError(`${path} cannot be loaded: ${describeError(error)}`);
  })) as { readonly default?: unknown };
  if (!isConfig(module.default)) {
    throw new CommandError(
      `${path} has no default export with heads. Write: export default defineConfig({ heads: [...] }).`,
    );
  }
  return module.default;
}

function isConfig(value: unknown): value is ZooConfig {
  return typeof value === 'object' && value !== null && 'heads' in value && Array.isArray(value.heads);
}
