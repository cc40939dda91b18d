#!/usr/bin/env node
import { packageVersion } from './package-version.js';
import { readArguments, USAGE } from './read-arguments.js';

try {
  const given = readArguments(process.argv.slice(2));
  if (given.help) process.stdout.write(USAGE);
  else if (given.version) process.stdout.write(`${packageVersion}\n`);
  else {
    const { serve } = await import('./serve.js'); // loads for most of a second
    await serve(given);
  }
} catch (error) {
  process.stderr.write(`medzoo-gateway: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
