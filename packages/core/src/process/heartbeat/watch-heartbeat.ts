import type { Readable } from 'node:stream';
import { HEARTBEAT_MS } from './heartbeat-channel.js';

/** A worker whose heartbeat stays away for so long gets no new calls; it may still come back. */
const LATE_MS = 2_000;

export interface HeartbeatEvents {
  /** A heartbeat has come. */
  readonly onBeat: () => void;
  /** The heartbeat is late. */
  readonly onLate: () => void;
  /** The heartbeat has stayed away for the whole of `timeoutMs`. Called once. */
  readonly onDead: () => void;
}

export interface Heartbeat {
  /** Whether the heartbeat is not late. True before the first one: a process that starts owes none yet. */
  readonly isInTime: boolean;
  /** For how long the process's main thread had not turned by the last heartbeat. */
  readonly blockedMs: number;
  stop(): void;
}

/**
 * Watches the heartbeats that a process writes to `pipe`. What is counted is how often this process looked in vain, not
 * time: when this process itself was stopped or its event loop was blocked, heartbeats wait to be read and nobody is to
 * blame.
 */
export function watchHeartbeat(pipe: Readable, timeoutMs: number, events: HeartbeatEvents): Heartbeat {
  const lateAfter = Math.ceil(Math.min(LATE_MS, timeoutMs / 2) / HEARTBEAT_MS);
  const deadAfter = Math.max(lateAfter + 1, Math.ceil(timeoutMs / HEARTBEAT_MS));
  let looksInVain = 0;
  let blockedMs = 0;
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    looksInVain += 1;
    if (looksInVain === lateAfter) events.onLate();
    if (looksInVain === deadAfter) events.onDead();
  }

  pipe.on('error', () => undefined); // the process has ended, which is told elsewhere
  pipe.on('data', (beats: Uint8Array) => {
    looksInVain = 0;
    blockedMs = (beats.at(-1) ?? 0) * HEARTBEAT_MS;
    timer ??= setInterval(look, HEARTBEAT_MS).unref();
    events.onBeat();
  });

  return {
    get isInTime() {
      return looksInVain < lateAfter;
    },
    get blockedMs() {
      return blockedMs;
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
      pipe.destroy();
    },
  };
}
