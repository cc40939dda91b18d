import { z } from 'zod';
import { ZooError } from '../../contract/index.js';
import { countThreads } from '../../host/count-threads.js';
import type { BudgetParts } from '../../sessions/memory/memory-budget.js';

/** What of this machine one of several processes is given; its config goes before. */
export interface Share {
  /** Of one model run on the CPU. */
  readonly threads?: number;
  /** Where a provider of the config names no device of its own. */
  readonly device?: number;
  /** Models are opened and run before the process is ready, as far as they can be. */
  readonly warmUp?: boolean;
  /** Into how many parts the memory budget goes, of which it has one. */
  readonly parts?: BudgetParts;
}

/** How many processes have the zoo: so many on the CPU, one for each of these GPUs, or as many as suits the machine. */
export type Processes = number | 'auto' | { readonly devices: readonly number[] };

/** From two threads on, a second process does more than another thread. */
const THREADS_EACH = 2;
const MOST = 64;
const DEVICES = z.array(z.int().min(0));

export interface PlanOptions {
  /** The container's quota if left out. */
  readonly cores?: number;
  /** Whether a process in reserve was asked for: it has models open as the others do. */
  readonly hasReserve?: boolean;
}

/** Throws INVALID_PARAM for what is no number of processes. */
export function planShares(
  processes: Processes,
  { cores = countThreads(), hasReserve = false }: PlanOptions = {},
): readonly Share[] {
  const shares = plan(processes, cores);
  const isOneEach = typeof processes !== 'number'; // 'auto' is one process a card too, where it finds cards
  const devices = new Set(shares.map(({ device }) => device)).size;
  const parts = {
    cpu: shares.length + (hasReserve ? devices : 0),
    gpu: (isOneEach ? 1 : shares.length) + (hasReserve ? 1 : 0),
  };
  return parts.cpu === 1 && parts.gpu === 1 ? shares : shares.map((share) => ({ ...share, parts }));
}

function plan(processes: Processes, cores: number): readonly Share[] {
  if (processes === 'auto') return planForCores(cores);
  if (typeof processes === 'number') return planFor(checkCount(processes), cores);
  const { success, data: devices } = DEVICES.safeParse((processes as { readonly devices?: unknown }).devices);
  if (!success || new Set(devices).size !== devices.length) throw invalid(JSON.stringify(processes));
  if (devices.length === 0 || devices.length > MOST) throw invalid(JSON.stringify(processes));
  return planFor(devices.length, cores).map((share, index) => ({ ...share, device: devices[index]! }));
}

/** One process has what one thread of the quota more would not: 2 x 1 on 2 cores, 2 x 2 on 4, 8 x 2 on 16. */
function planForCores(cores: number): readonly Share[] {
  return planFor(cores < 2 ? 1 : Math.max(2, Math.floor(cores / THREADS_EACH)), cores);
}

/** One process takes what its config says, or the whole quota. */
function planFor(count: number, cores: number): readonly Share[] {
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
    `processes is a number from 1 to ${MOST}, 'auto', or { devices: [0, 1] } with one different GPU or more; got ${got}.`,
  );
}
