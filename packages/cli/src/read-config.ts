import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadConfig, type ZooConfig } from '@medzoo/core';
import type { Command } from 'commander';

const CONFIG = 'medzoo.config.mjs';

/** Adds --config, which every command takes. */
export function addConfigOption(command: Command): Command {
  return command.option(
    '--config <file>',
    `the module that names the heads (default: ${CONFIG} here, else medzoo's own heads)`,
  );
}

interface ConfigOption {
  readonly config?: string;
}

/** The module that --config names, or that of the working directory; undefined where there is none. */
export function findConfigModule({ config }: ConfigOption): URL | undefined {
  if (config === undefined && !existsSync(CONFIG)) return undefined;
  return pathToFileURL(resolve(config ?? CONFIG));
}

/** The heads of that module, or the built-in ones; all read DICOM and NIfTI. */
export async function readConfig(options: ConfigOption): Promise<ZooConfig> {
  const { withDecoders } = await import('./decoders.js'); // loads more than a command that only prints its help needs
  const module = findConfigModule(options);
  if (module) return withDecoders(await loadConfig(module));
  const { BUILT_IN_CONFIG } = await import('./built-in-config.js');
  return withDecoders(BUILT_IN_CONFIG);
}
