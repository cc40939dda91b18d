import { z } from 'zod';
import { ZooError } from '../../contract/index.js';
import { countThreads } from '../../host/count-threads.js';
import type { BudgetParts } from '../../sessions/memory/memory-budget.js';

/** One worker's allocation of the machine. What its config says takes precedence. */
export interface WorkerPlan {
  /** Threads of one model run on the CPU. */
  readonly threads?: number;
  /** The device of the config's providers that name none. */
  readonly device?: number;
  /** Whether models are opened and run before the worker is ready, as far as they can be. */
  readonly warmUp?: boolean;
  /** How many parts the memory budget is divided into; the worker has one. */
  readonly parts?: BudgetParts;
}

/** How many workers there are: so many on the CPU, as many as suit the machine, or one for each of these GPUs. */
export type Processes = number | 'auto' | { readonly devices: readonly number[] };

/** From two threads on, a second worker gains more than another thread. */
const THREADS_EACH = 2;
const MOST = 64;
const DEVICES = z.array(z.int().min(0));

export interface PlanOptions {
  /** The default is the container's quota. */
  readonly cores?: number;
  /** Whether a standby was asked for: its models are open as well. */
  readonly hasStandby?: boolean;
}

/** Throws INVALID_PARAM for an invalid number of processes. */
export function planWorkers(
  processes: Processes,
  { cores = countThreads(), hasStandby = false }: PlanOptions = {},
): readonly WorkerPlan[] {
  const plans = computePlans(processes, cores);
  const isOneEach = typeof processes !== 'number'; // 'auto' also means one worker for each card, where it finds cards
  const devices = new Set(plans.map(({ device }) => device)).size;
  const parts = {
    cpu: plans.length + (hasStandby ? devices : 0),
    gpu: (isOneEach ? 1 : plans.length) + (hasStandby ? 1 : 0),
  };
  return parts.cpu === 1 && parts.gpu === 1 ? plans : plans.map((plan) => ({ ...plan, parts }));
}

function computePlans(processes: Processes, cores: number): readonly WorkerPlan[] {
  if (processes === 'auto') return planForCores(cores);
  if (typeof processes === 'number') return planFor(checkCount(processes), cores);
  const { success, data: devices } = DEVICES.safeParse((processes as { readonly devices?: unknown }).devices);
  if (!success || new Set(devices).size !== devices.length) throw invalid(JSON.stringify(processes));
  if (devices.length === 0 || devices.length > MOST) throw invalid(JSON.stringify(processes));
  return planFor(devices.length, cores).map((plan, index) => ({ ...plan, device: devices[index]! }));
}

/** Workers x threads: 2 x 1 on 2 cores, 2 x 2 on 4, 8 x 2 on 16. */
function planForCores(cores: number): readonly WorkerPlan[] {
  return planFor(cores < 2 ? 1 : Math.max(2, Math.floor(cores / THREADS_EACH)), cores);
}

/** A single worker uses the threads of its config, or the whole quota. */
function planFor(count: number, cores: number): readonly WorkerPlan[] {
  if (count === 1) return [{}];
  return Array.from({ length: count }, () => ({ threads: Math.max(1, Math.floor(cores / count)) }));
}

function checkCount(count: number): number {
  if (Number.isInteger(count) && count >= 1 && count <= MOST) return count;
  throw invalid(String(count));
}

function invalid(got: string): ZooError {
  return new ZooError(
    'INVALID_PARAM',
    `processes must be a number from 1 to ${MOST}, 'auto', or { devices: [0, 1] } with one or more different GPUs; got ${got}.`,
  );
}
