#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { readCommand, USAGE } from './read-command.js';

const DEFAULT_CONFIG = 'medzoo.config.mjs';

try {
  const { name, config, json } = readCommand(process.argv.slice(2));
  if (name === 'help') process.stdout.write(USAGE);
  else if (name === 'version') process.stdout.write(`${readVersion()}\n`);
  else if (name === 'prefetch') {
    const { runPrefetch } = await import('./run-prefetch.js');
    await runPrefetch(config ?? DEFAULT_CONFIG);
  } else {
    const { runDoctor } = await import('./run-doctor.js');
    const { isHealthy, report } = await runDoctor(config, json);
    await write(report);
    process.exitCode = isHealthy ? 0 : 1;
  }
} catch (error) {
  process.stderr.write(`medzoo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
process.exit(); // whatever a config's modules left open

function write(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()));
}

function readVersion(): string {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { readonly version: string }).version;
}
