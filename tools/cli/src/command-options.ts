import { resolve } from 'node:path';
import type { ZooConfig } from '@medzoo/core';
import type { Command } from 'commander';
import { loadConfig } from './load-config.js';
import { resolvePath } from './resolve-path.js';

const CONFIG = 'medzoo.config.mjs';

/** Adds --config, which both commands take. */
export function addConfigOption(command: Command): Command {
  return command.option('--config <file>', `the module that names the heads (default: ${CONFIG} of the project)`);
}

/** The heads that --config names, or the project's. */
export function readConfigOption({ config }: { readonly config?: string }): Promise<ZooConfig> {
  return loadConfig(config === undefined ? resolve(CONFIG) : resolvePath(config));
}
