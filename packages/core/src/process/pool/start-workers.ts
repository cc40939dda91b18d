import type { DecodeLimits, HeadDescription, ProcessRuntime } from '../../contract/index.js';
import { untilAborted } from '../../flow/abort.js';
import { countNvidiaDevices } from '../../host/count-devices.js';
import type { ReadyWorker } from '../channel/spawn-worker.js';
import type { ConnectOptions } from '../connect-options.js';
import type { CallQueue } from '../queue/call-queue-types.js';
import { planWorkers, type WorkerPlan } from './plan-workers.js';
import { createStandby, LOOK_AGAIN_MS, type Standby } from './standby.js';
import { startPatiently } from './start-patiently.js';
import { startWorker, type Worker } from './start-worker.js';

/** A standby that nobody asked for does not compete with the start. */
const DEFAULT_STANDBY_DELAY_MS = 2000;
/** The memory that a further worker must leave free, beside its own need. */
const HEADROOM_BYTES = 256 * 2 ** 20;

export interface WorkerPoolOptions extends Pick<ConnectOptions, 'processes' | 'standby' | 'onExit' | 'onReady'> {
  /** Starts a process by this plan; ends it when the signal aborts. */
  readonly spawn: (plan: WorkerPlan, signal?: AbortSignal) => Promise<ReadyWorker>;
  /** Aborts when the workers are not wanted any more: before all have started, or as the pool closes. */
  readonly signal: AbortSignal;
}

/** The workers, and those that stand by. */
export interface WorkerPool {
  readonly heads: readonly HeadDescription[];
  readonly limits: DecodeLimits;
  describe(): readonly ProcessRuntime[];
  close(): Promise<void>;
}

/**
 * Starts the first worker, and then the others, so that a fault in the config shows once. Rejects with the fault for
 * which a worker cannot start, and leaves none running. Of 'auto' on a CPU the others start while the first one answers
 * already: how many there will be is the machine's choice.
 */
export async function startWorkers(queue: CallQueue, options: WorkerPoolOptions): Promise<WorkerPool> {
  const pool = new Pool(queue, options);
  try {
    await pool.start();
  } catch (error) {
    await pool.close();
    throw error;
  }
  return pool;
}

class Pool implements WorkerPool {
  readonly #queue: CallQueue;
  readonly #options: WorkerPoolOptions;
  readonly #workers: Worker[] = [];
  readonly #standbys = new Map<string, Standby>();
  /** Until the last worker is on its way, which waits for memory. Does not reject. */
  #further: Promise<void> = Promise.resolve();
  /** Memory is for a worker that is missing, before it is for a standby that nobody asked for. */
  #lacksWorkers = false;

  constructor(queue: CallQueue, options: WorkerPoolOptions) {
    this.#queue = queue;
    this.#options = options;
  }

  get heads(): readonly HeadDescription[] {
    return this.#workers[0]!.heads;
  }

  get limits(): DecodeLimits {
    return this.#workers[0]!.limits;
  }

  async start(): Promise<void> {
    const { processes = 1, standby, signal } = this.#options;
    const plans = planWorkers(processes, { hasStandby: standby === true });
    const isAuto = processes === 'auto';
    const [first, ...others] = isAuto ? plans.map((plan) => ({ ...plan, warmUp: true })) : plans;
    this.#workers.push(await this.#startOne(first!));
    const further = isAuto ? await adapt(others, first!, this.#workers[0]!.describe()) : others;
    signal.throwIfAborted(); // it comes too late for the first worker to notice
    const prepareStandbys = (): void => {
      for (const plan of [first!, ...further]) this.#prepareStandby(plan);
    };
    if (isAuto && isOnCpu(this.#describeWorkers())) {
      this.#further = this.#startAsMemoryAllows(further, prepareStandbys).catch(() => undefined); // closed meanwhile
    } else {
      await this.#startAll(further);
      signal.throwIfAborted();
      prepareStandbys();
    }
  }

  describe(): readonly ProcessRuntime[] {
    return [...this.#describeWorkers(), ...[...this.#standbys.values()].flatMap((standby) => standby.describe())];
  }

  async close(): Promise<void> {
    await this.#further;
    await Promise.all([...this.#standbys.values(), ...this.#workers].map((one) => one.close()));
  }

  #describeWorkers(): readonly ProcessRuntime[] {
    return this.#workers.map((worker) => worker.describe());
  }

  /** `ready`: the first process of the worker, if it runs already. */
  #startOne(plan: WorkerPlan, ready?: ReadyWorker): Promise<Worker> {
    const find = (): Standby | undefined => this.#standbys.get(keyOf(plan));
    let first = ready;
    const takeFirst = (): ReadyWorker | undefined => {
      const taken = first;
      first = undefined;
      return taken;
    };
    return startWorker(this.#queue, {
      ...this.#options,
      spawn: async () => takeFirst() ?? find()?.take() ?? (await this.#options.spawn(plan)),
      hasStandby: () => find()?.isReady ?? false,
    });
  }

  async #startAll(plans: readonly WorkerPlan[]): Promise<void> {
    const settled = await Promise.allSettled(plans.map((plan) => this.#startOne(plan)));
    for (const result of settled) if (result.status === 'fulfilled') this.#workers.push(result.value);
    for (const result of settled) if (result.status === 'rejected') throw result.reason;
  }

  /**
   * One after the other, each once there is memory for it. `onRest` is called when they are there, or when one waits
   * for memory. Rejects when they are not wanted any more.
   */
  async #startAsMemoryAllows(plans: readonly WorkerPlan[], onRest: () => void): Promise<void> {
    const { signal, spawn } = this.#options;
    for (const plan of plans) {
      signal.throwIfAborted();
      while (!hasMemoryForOneMore(this.#describeWorkers())) {
        this.#lacksWorkers = true;
        onRest();
        await untilAborted(new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS).unref()), signal);
      }
      const ready = await startPatiently(() => spawn(plan), signal);
      if (signal.aborted) ready.kill('closed');
      else this.#workers.push(await this.#startOne(plan, ready));
    }
    this.#lacksWorkers = false;
    onRest();
  }

  /** Workers with the same plan have one standby. */
  #prepareStandby(plan: WorkerPlan): void {
    const { standby, spawn } = this.#options;
    if (standby === false || this.#standbys.has(keyOf(plan))) return;
    const made = createStandby({
      spawn: (signal) => spawn({ ...plan, warmUp: 'open' }, signal),
      mayStart: () => standby === true || (!this.#lacksWorkers && mayHaveStandby(this.#describeWorkers())),
      delayMs: standby ? 0 : DEFAULT_STANDBY_DELAY_MS,
    });
    this.#standbys.set(keyOf(plan), made);
  }
}

/**
 * If the first worker runs on an NVIDIA card, the others are one for each further card; on another kind of GPU there
 * are no others.
 */
async function adapt(
  others: readonly WorkerPlan[],
  first: WorkerPlan,
  worker: ProcessRuntime,
): Promise<readonly WorkerPlan[]> {
  if (isOnCpu([worker])) return others;
  const isNvidia = worker.models.some(({ provider }) => /^(cuda|tensorrt)(\+|$)/.test(provider));
  const devices = isNvidia ? await countNvidiaDevices() : 1;
  return Array.from({ length: Math.max(0, devices - 1) }, (_, index) => ({ ...first, device: index + 1 }));
}

/** With a memory budget there is no standby by default: the budget is divided among the workers that were asked for. */
function mayHaveStandby(workers: readonly ProcessRuntime[]): boolean {
  const hasBudget = workers.some(({ memory }) => memory.some(({ budgetBytes }) => budgetBytes !== null));
  return !hasBudget && isOnCpu(workers) && hasMemoryForOneMore(workers);
}

function isOnCpu(workers: readonly ProcessRuntime[]): boolean {
  return workers.every(({ models }) => models.every(({ provider }) => provider === 'cpu'));
}

/** Whether one more worker, as large as the largest, would fit into what the container has left. */
function hasMemoryForOneMore(workers: readonly ProcessRuntime[]): boolean {
  const needBytes = Math.max(...workers.map(({ rssBytes }) => rssBytes));
  return process.availableMemory() >= 2 * needBytes + HEADROOM_BYTES;
}

function keyOf({ threads, device }: WorkerPlan): string {
  return JSON.stringify([threads, device]);
}
