import { Worker } from 'node:worker_threads';
import { HEARTBEAT_MS, type WatchdogData } from './heartbeat-channel.js';

/** Compiled, also when this module itself runs from source in a test. */
const THREAD = new URL('../../../dist/process/heartbeat/watchdog-thread.js', import.meta.url);

/** A process needs one, whichever of its modules asks first. */
let started: Promise<void> | undefined;

/** Of a worker: it ends by itself as soon as its main thread is free. */
export const WORKER_LEAVES_WITHIN_MS = 1_000;

/**
 * Starts the thread that ends this process when its parent has gone, also while a model's run blocks the main thread,
 * and that writes heartbeats for the parent. Measured: 9 MB of memory and 40 ms of one core at the start; no time of a
 * model's run. Resolves when the parent has been written a heartbeat, or can have none: the parent waits for the first
 * one without end, so a process that has calls must have sent it.
 */
export function startWatchdog(options: Pick<WatchdogData, 'heartbeatFd' | 'leaveWithinMs'>): Promise<void> {
  started ??= startThread(options);
  return started;
}

function startThread(options: Pick<WatchdogData, 'heartbeatFd' | 'leaveWithinMs'>): Promise<void> {
  const turns = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  setInterval(() => void Atomics.add(turns, 0, 1), HEARTBEAT_MS).unref();
  const workerData: WatchdogData = { ...options, turns, parentPid: process.ppid };
  // Preloaded modules of this process, such as tracing, are not for this thread.
  const thread = new Worker(THREAD, { workerData, env: {}, execArgv: [] });
  thread.unref();
  const beating = new Promise<void>((resolve) => thread.once('message', () => resolve()));
  thread.once('error', (error) => {
    const what = `medzoo: the watchdog thread of process ${process.pid} failed, and the process ends`;
    process.stderr.write(`${what}: ${error.message}\n`);
    process.exit(1);
  });
  return beating;
}
