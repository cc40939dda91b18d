import { Socket } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { HEARTBEAT_MS, MOST_PERIODS, type WatchdogData } from './heartbeat-channel.js';

/** Runs as a thread of a worker; `startWatchdog` starts it. */
const { turns, heartbeatFd, parentPid, leaveWithinMs } = workerData as WatchdogData;
/** A parent that does not read is not written to without bound. */
const MOST_UNREAD_BYTES = 64;

let isLeaving = false;

function leave(): void {
  if (isLeaving) return;
  isLeaving = true;
  // No exit from here: it would end this thread alone, and the main thread may be within a model's run.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), leaveWithinMs);
}

function beatTo(parent: Socket): void {
  let seen = 0;
  let periods = 0;
  setInterval(() => {
    const now = Atomics.load(turns, 0);
    periods = now === seen ? Math.min(periods + 1, MOST_PERIODS) : 0;
    seen = now;
    if (parent.writable && parent.writableLength < MOST_UNREAD_BYTES) parent.write(Uint8Array.of(periods));
  }, HEARTBEAT_MS);
}

/** An orphan gets another parent; on Windows, where it does not, there is the pipe. */
function watchParent(): void {
  setInterval(() => {
    if (process.ppid !== parentPid) leave();
  }, HEARTBEAT_MS);
}

function openPipe(fd: number | undefined): Socket | undefined {
  try {
    return fd === undefined ? undefined : new Socket({ fd, readable: true, writable: true });
  } catch {
    return undefined; // no heartbeat comes then, and none is owed before the first
  }
}

/** Also after a write that failed: then the parent is gone. */
function tellBegun(): void {
  parentPort!.postMessage('begun');
}

const pipe = openPipe(heartbeatFd);
if (pipe) {
  pipe.on('error', () => undefined); // `close` follows
  pipe.on('close', leave);
  pipe.resume();
  pipe.write(Uint8Array.of(0), tellBegun);
  beatTo(pipe);
} else {
  watchParent();
  tellBegun();
}
