/**
 * A pipe that a worker inherits beside its IPC channel. Its watchdog thread writes heartbeats to it, whatever the main
 * thread is at, and reads there that the parent has gone: the system closes the parent's end however the parent ended.
 */
export const HEARTBEAT_FD = 4;

/** For `fork`: the entries are standard input, output and error, the IPC channel, and the heartbeat pipe. */
export const WORKER_STDIO = ['ignore', 'inherit', 'inherit', 'ipc', 'pipe'] as const;

/**
 * How often a worker's watchdog writes a heartbeat: one byte that says for how many of these periods the main thread
 * has not turned.
 */
export const HEARTBEAT_MS = 500;
export const MOST_PERIODS = 255;

/** What a worker's watchdog thread is started with. */
export interface WatchdogData {
  /** Int32 [1]: a count that grows with each turn of the main thread. */
  readonly turns: Int32Array<SharedArrayBuffer>;
  /** Undefined where this process was not forked with `WORKER_STDIO`. */
  readonly heartbeatFd: number | undefined;
  readonly parentPid: number;
  /** How long the main thread has to end by itself once the parent is gone. */
  readonly leaveWithinMs: number;
}
