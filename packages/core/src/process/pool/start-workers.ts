import type { DecodeLimits, HeadDescription, ProcessRuntime } from '../../contract/index.js';
import type { CallLine } from '../queue/call-queue.js';
import type { ConnectOptions } from '../connect-options.js';
import { countNvidiaDevices } from '../../host/count-devices.js';
import { planShares, type Share } from './plan-workers.js';
import { createReserve, type Reserve } from './standby.js';
import type { ZooChild } from '../channel/spawn-worker.js';
import { startWorker, type Worker } from './start-worker.js';

/** A reserve that nobody asked for does not compete with the start. */
const UNASKED_DELAY_MS = 2000;
/** What a further process must leave free, beside its own need. */
const HEADROOM_BYTES = 256 * 2 ** 20;

export interface CrewOptions extends Pick<ConnectOptions, 'processes' | 'reserve' | 'onExit' | 'onReady'> {
  /** Starts a process with this share; ends it when the signal aborts. */
  readonly spawn: (share: Share, signal?: AbortSignal) => Promise<ZooChild>;
  /** Aborts when the processes are not wanted any more before all have started. */
  readonly signal: AbortSignal;
}

/** The processes that have the zoo, and those in reserve. */
export interface Crew {
  readonly heads: readonly HeadDescription[];
  readonly limits: DecodeLimits;
  describe(): readonly ProcessRuntime[];
  close(): Promise<void>;
}

/**
 * Starts the first process, and then the others: what is wrong with the config shows once. Rejects, with none left running, with the
 * fault for which one cannot start.
 */
export async function startCrew(line: CallLine, options: CrewOptions): Promise<Crew> {
  const { spawn, processes = 1, reserve, signal } = options;
  const shares = planShares(processes, { hasReserve: reserve === true });
  const isAuto = processes === 'auto';
  const workers: Worker[] = [];
  const reserves = new Map<string, Reserve>();

  const start = (share: Share): Promise<Worker> => {
    const reserveOf = () => reserves.get(keyOf(share));
    return startWorker(line, {
      ...options,
      spawn: async () => reserveOf()?.take() ?? (await spawn(share)),
      hasReserve: () => reserveOf()?.isReady ?? false,
    });
  };
  const describeWorkers = () => workers.map((worker) => worker.describe());

  /** Processes with the same share have one reserve. */
  function prepareReserve(share: Share): void {
    if (reserve === false || reserves.has(keyOf(share))) return;
    const made = createReserve({
      spawn: (signal) => spawn({ ...share, warmUp: true }, signal),
      mayStart: () => reserve === true || mayHaveReserve(describeWorkers()),
      delayMs: reserve ? 0 : UNASKED_DELAY_MS,
    });
    reserves.set(keyOf(share), made);
  }

  async function startAll(these: readonly Share[]): Promise<void> {
    const settled = await Promise.allSettled(these.map(start));
    for (const result of settled) if (result.status === 'fulfilled') workers.push(result.value);
    for (const result of settled) if (result.status === 'rejected') throw result.reason;
  }

  async function startWhereRoom(these: readonly Share[]): Promise<void> {
    for (const share of these) {
      signal.throwIfAborted();
      if (!hasRoomFor(describeWorkers())) return;
      workers.push(await start(share));
    }
  }

  const close = async (): Promise<void> => {
    await Promise.all([...reserves.values(), ...workers].map((one) => one.close()));
  };

  try {
    const [first, ...others] = isAuto ? shares.map((share) => ({ ...share, warmUp: true })) : shares;
    workers.push(await start(first!));
    const further = isAuto ? await adapt(others, first!, workers[0]!.describe()) : others;
    if (isAuto && isOnCpu(describeWorkers())) await startWhereRoom(further);
    else await startAll(further);
    signal.throwIfAborted();
    for (const share of [first!, ...further]) prepareReserve(share);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    heads: workers[0]!.heads,
    limits: workers[0]!.limits,
    describe: () => [...describeWorkers(), ...[...reserves.values()].flatMap((one) => one.describe())],
    close,
  };
}

/** If the first process proved to run on an NVIDIA card, one process a card; on another kind of GPU, that process alone. */
async function adapt(others: readonly Share[], first: Share, process: ProcessRuntime): Promise<readonly Share[]> {
  if (isOnCpu([process])) return others;
  const isNvidia = process.models.some(({ provider }) => /^(cuda|tensorrt)(\+|$)/.test(provider));
  const devices = isNvidia ? await countNvidiaDevices() : 1;
  return Array.from({ length: Math.max(0, devices - 1) }, (_, index) => ({ ...first, device: index + 1 }));
}

/** A budget is shared among the processes that were asked for. */
function mayHaveReserve(processes: readonly ProcessRuntime[]): boolean {
  const hasBudget = processes.some(({ memory }) => memory.some(({ budgetBytes }) => budgetBytes !== null));
  return !hasBudget && isOnCpu(processes) && hasRoomFor(processes);
}

function isOnCpu(processes: readonly ProcessRuntime[]): boolean {
  return processes.every(({ models }) => models.every(({ provider }) => provider === 'cpu'));
}

/** Whether one more like the largest would fit, by what the container has left. */
function hasRoomFor(processes: readonly ProcessRuntime[]): boolean {
  const needBytes = Math.max(...processes.map(({ rssBytes }) => rssBytes));
  return process.availableMemory() >= 2 * needBytes + HEADROOM_BYTES;
}

function keyOf({ threads, device }: Share): string {
  return JSON.stringify([threads, device]);
}
