import type { WorkerReport } from '../../channel/messages.js';
import type { ReadyWorker } from '../../channel/spawn-worker.js';
import { updateKnownRun, type KnownRun, type Silence } from '../hanging/hang-detection.js';

type Heartbeat = Pick<ReadyWorker['heartbeat'], 'isInTime'>;

/** What one worker was last heard to do, and for how long it has been silent. */
export interface WorkerWatch {
  /** The worker gets its first call: from now on it has to report. */
  begin(): void;
  /** The worker has no calls any more. */
  end(): void;
  /** Another process, with this heartbeat, has taken the worker's place. */
  reset(heartbeat: Heartbeat): void;
  /** Whether the heartbeat became late, or came back, since this was last asked. */
  hasHeartbeatChanged(heartbeat: Heartbeat): boolean;
  hear(report: WorkerReport): void;
  silence(): Silence;
  /** How long it has been since the worker got the first of the calls that it has. */
  busyMs(): number;
}

/** `onStall` hears when a worker that has calls has been silent for `stallAfterMs`. */
export function createWorkerWatch(stallAfterMs: number, onStall: () => void): WorkerWatch {
  let run: KnownRun | undefined;
  let heardAt = 0;
  let busySince = 0;
  let wasInTime = true;
  let stall: NodeJS.Timeout | undefined;

  return {
    begin() {
      heardAt = performance.now();
      busySince = heardAt;
      clearTimeout(stall);
      stall = setTimeout(onStall, stallAfterMs).unref();
    },
    end: () => clearTimeout(stall),
    reset({ isInTime }) {
      run = undefined;
      wasInTime = isInTime;
    },
    hasHeartbeatChanged({ isInTime }) {
      const hasChanged = isInTime !== wasInTime;
      wasInTime = isInTime;
      return hasChanged;
    },
    hear(report) {
      heardAt = performance.now();
      stall?.refresh();
      if (report.type === 'runs') run = updateKnownRun(run, report);
    },
    silence: () => ({ run, silentMs: performance.now() - heardAt, stallAfterMs }),
    busyMs: () => performance.now() - busySince,
  };
}
