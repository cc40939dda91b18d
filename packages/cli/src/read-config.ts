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

/**
 * The heads that --config names, or those of the working directory's config, or the built-in ones; all read DICOM and
 * NIfTI.
 */
export async function readConfig({ config }: { readonly config?: string }): Promise<ZooConfig> {
  const { withDecoders } = await import('./decoders.js'); // loads more than a command that only prints its help needs
  if (config !== undefined || existsSync(CONFIG)) {
    return withDecoders(await loadConfig(pathToFileURL(resolve(config ?? CONFIG))));
  }
  const { BUILT_IN_CONFIG } = await import('./built-in-config.js');
  return withDecoders(BUILT_IN_CONFIG);
}
