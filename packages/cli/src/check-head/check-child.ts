import { Worker } from 'node:worker_threads';
import { describeError } from '../describe-error.js';
import type { ToldOfCheck } from './check-apart.js';
import { runCheckHead } from './run-check-head.js';

/** Looks, while a model keeps this thread, whether the asking process has gone: then nobody else ends this one. */
const WATCH = `
  const { workerData: parent } = require('node:worker_threads');
  setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 500);
`;

/**
 * What `checkApart` runs, whose process has the number that is the second argument: checks the folder that is the first,
 * says what it found, and ends.
 */
const [, , folder, parent] = process.argv;
new Worker(WATCH, { eval: true, workerData: Number(parent), env: {}, execArgv: [] }).unref();
const told = await runCheckHead(folder!).then(
  (report): ToldOfCheck => ({ report }),
  (fault: unknown): ToldOfCheck => ({ fault: describeError(fault) }),
);
process.send!(told, () => process.exit());
