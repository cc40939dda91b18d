import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Command } from 'commander';
import { createProgressPrinter } from '../print-progress.js';
import { runCommand } from '../run-command.js';
import { countOf } from '../terminal/format.js';

interface Options {
  readonly config: string;
}

export function addPrefetch(program: Command): void {
  program
    .command('prefetch')
    .description("Fetches and verifies all weights of the config's heads and encoders.")
    .option('--config <file>', 'the heads', 'medzoo.config.mjs')
    .action(async ({ config }: Options) => {
      await runCommand(() => prefetch(config));
      process.exit(); // whatever a config's modules left open
    });
}

async function prefetch(config: string): Promise<number> {
  const { formatBytes, prefetchConfig } = await import('@medzoo/core/doctor');
  const { stdout } = process;
  const printer = createProgressPrinter((text) => stdout.write(text), stdout.isTTY);
  const { cacheFolder } = await prefetchConfig(pathToFileURL(resolve(config)), (progress) => printer.print(progress));
  const { files, bytes } = printer.total();
  const summary = `Verified ${countOf(files, 'file')}, ${formatBytes(bytes)}. Fetched ones are in ${cacheFolder}\n`;
  await new Promise<void>((done) => stdout.write(summary, () => done()));
  return 0;
}
