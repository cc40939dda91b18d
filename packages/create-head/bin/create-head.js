#!/usr/bin/env node
// Stands outside dist so that `npm ci` finds it in a checkout, before anything is built, and links the command.
import { existsSync } from 'node:fs';

const compiled = new URL('../dist/main.js', import.meta.url);
if (existsSync(compiled)) await import(compiled.href);
else {
  process.stderr.write(
    'create-head: this checkout is not built yet. Run `npm run build` in its root, then this again.\n',
  );
  process.exitCode = 1;
}
