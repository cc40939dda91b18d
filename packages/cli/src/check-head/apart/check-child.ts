import { Worker } from 'node:worker_threads';
import { describeError } from '../../describe-error.js';
import type { ToldOfCheck } from './check-apart.js';
import { runCheckHead } from '../run-check-head.js';

/** Looks, while a model keeps this thread, whether the asking process has gone: then nobody else ends this one. */
const WATCH = `
  const { workerData: parent } = require('node:worker_threads');
  setInterval(() => process.ppid === parent || process.kill(process.pid, 'SIGKILL'), 500);
`;

/**
 * What `checkApart` runs: checks a folder, says what it found, and ends. Its arguments are the folder and the number of
 * the process that asks.
 */
const [, , folder, parent] = process.argv;
new Worker(WATCH, { eval: true, workerData: Number(parent), env: {}, execArgv: [] }).unref();
const told = await runCheckHead(folder!).then(
  (report): ToldOfCheck => ({ report }),
  (fault: unknown): ToldOfCheck => ({ fault: describeError(fault) }),
);
process.send!(told, () => process.exit());
