import { z } from 'zod';
import { aWholeNumber, listOf, options, whole } from '../../contract/options/option-schemas.js';
import { countThreads } from '../../host/count-threads.js';
import type { BudgetParts } from '../../sessions/memory/memory-budget.js';

/** One worker's allocation of the machine. What its config says takes precedence. */
export interface WorkerPlan {
  /** Threads of one model run on the CPU. */
  readonly threads?: number;
  /** Threads of one model run on the CPU while no other worker has a call. */
  readonly threadsWhenAlone?: number;
  /** The device of the config's providers that name none. */
  readonly device?: number;
  /**
   * Whether models are opened and run before the worker is ready, as far as they can be; 'open' for one that stands by:
   * what a run needs beside the weights is as much again as they are.
   */
  readonly warmUp?: boolean | 'open';
  /** How many workers on the CPU share what the config gives to caches: all but those that stand by. */
  readonly caches?: number;
  /** How many parts the memory budget is divided into; the worker has one. */
  readonly parts?: BudgetParts;
}

/** From two threads on, a second worker gains more than another thread. */
const THREADS_EACH = 2;
const MOST = 64;
/** Layers of 256 x 256 pixels divide into no more parts that are worth a thread. */
const MOST_THREADS_WHEN_ALONE = 8;

const SAY_DEVICES = 'a list of numbers of GPUs';
const devices = listOf(aWholeNumber(0), SAY_DEVICES, MOST).refine(
  (list) => list.length > 0 && new Set(list).size === list.length,
);

export const processesOption = whole(
  z.union([z.int().min(1).max(MOST), z.literal('auto'), options({ devices })]),
  `a number from 1 to ${MOST}, 'auto', or { devices: [0, 1] } with one or more different GPUs`,
);

/** How many workers there are: so many on the CPU, as many as suit the machine, or one for each of these GPUs. */
export type Processes = z.infer<typeof processesOption>;

export interface PlanOptions {
  /** The default is the container's quota. */
  readonly cores?: number;
  /** Whether a standby was asked for: its models are open as well. */
  readonly hasStandby?: boolean;
}

/** What each worker has of the machine, in the order of the devices. */
export function planWorkers(
  processes: Processes,
  { cores = countThreads(), hasStandby = false }: PlanOptions = {},
): readonly WorkerPlan[] {
  const plans = computePlans(processes, cores);
  const isOneEach = typeof processes !== 'number'; // 'auto' also means one worker for each card, where it finds cards
  const deviceCount = new Set(plans.map(({ device }) => device)).size;
  const parts = {
    cpu: plans.length + (hasStandby ? deviceCount : 0),
    gpu: (isOneEach ? 1 : plans.length) + (hasStandby ? 1 : 0),
  };
  if (parts.cpu === 1 && parts.gpu === 1) return plans;
  const caches = plans.length;
  return plans.map((plan) => ({ ...plan, parts, ...(caches > 1 && { caches }) }));
}

function computePlans(processes: Processes, cores: number): readonly WorkerPlan[] {
  if (processes === 'auto') return planForCores(cores);
  if (typeof processes === 'number') return planFor(processes, cores);
  const { devices: cards } = processes;
  return planFor(cards.length, cores).map((plan, index) => ({ ...plan, device: cards[index]! }));
}

/** Workers x threads: 2 x 1 on 2 cores, 2 x 2 on 4, 8 x 2 on 16. */
function planForCores(cores: number): readonly WorkerPlan[] {
  return planFor(cores < 2 ? 1 : Math.max(2, Math.floor(cores / THREADS_EACH)), cores);
}

/** A single worker uses the threads of its config, or the whole quota. */
function planFor(count: number, cores: number): readonly WorkerPlan[] {
  if (count === 1) return [{}];
  const threads = Math.max(1, Math.floor(cores / count));
  const threadsWhenAlone = Math.max(threads, Math.min(cores, MOST_THREADS_WHEN_ALONE));
  return Array.from({ length: count }, () => ({ threads, threadsWhenAlone }));
}
