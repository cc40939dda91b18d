import { inspect } from 'node:util';
import { ZooError } from '../../contract/index.js';
import { kindOf } from './device-of.js';

/** An amount such as '4GiB' or '512MiB', or a share such as '50%' of what there is. */
export type MemoryAmount = string;

/** For the models of each device, or apart for the CPU and for each card. */
export type MemoryBudget = MemoryAmount | { readonly cpu?: MemoryAmount; readonly gpu?: MemoryAmount };

/** How many processes share the budget of the CPU, and that of one card. */
export interface BudgetParts {
  readonly cpu: number;
  readonly gpu: number;
}

type Amount = { readonly bytes: number } | { readonly share: number };

const UNITS: Readonly<Record<string, number>> = {
  b: 1,
  ...{ kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 },
  ...{ kib: 2 ** 10, mib: 2 ** 20, gib: 2 ** 30, tib: 2 ** 40 },
};
const KINDS = ['cpu', 'gpu'] as const;

/** Reads '4GiB', '500 MB' or '50%'; throws INVALID_MANIFEST for anything else. */
function parseAmount(given: unknown): Amount {
  const [, digits = '', unit = ''] = typeof given === 'string' ? (/^(\d+(?:\.\d+)?)\s*(\S+)$/.exec(given) ?? []) : [];
  const number = Number(digits);
  if (unit === '%' && number > 0 && number <= 100) return { share: number / 100 };
  const bytes = Math.floor(number * (UNITS[unit.toLowerCase()] ?? 0));
  if (bytes > 0) return { bytes };
  throw invalid(given);
}

/** The amounts by kind of device; throws INVALID_MANIFEST, which says how to write one. */
function parseBudget(budget: unknown): Partial<Record<'cpu' | 'gpu', Amount>> {
  if (typeof budget === 'string') return { cpu: parseAmount(budget), gpu: parseAmount(budget) };
  if (typeof budget !== 'object' || budget === null || Array.isArray(budget)) throw invalid(budget);
  const given = Object.entries(budget).filter(([, amount]) => amount !== undefined);
  if (given.length === 0 || given.some(([kind]) => !(KINDS as readonly string[]).includes(kind))) throw invalid(budget);
  return Object.fromEntries(given.map(([kind, amount]) => [kind, parseAmount(amount)]));
}

/** Throws INVALID_MANIFEST for what is no budget. */
export function checkMemoryBudget(budget: unknown): void {
  parseBudget(budget);
}

/**
 * Bytes for the models of a device; undefined where the budget says nothing of it. `totalBytes` is asked for a share
 * only.
 */
export async function budgetOf(
  budget: MemoryBudget,
  device: string,
  totalBytes: (device: string) => Promise<number | undefined>,
): Promise<number | undefined> {
  const amount = parseBudget(budget)[kindOf(device)];
  if (!amount || 'bytes' in amount) return amount?.bytes;
  const total = await totalBytes(device);
  if (total !== undefined) return Math.floor(total * amount.share);
  throw new ZooError(
    'INVALID_MANIFEST',
    `memoryBudget is ${amount.share * 100}% of the memory of "${device}", and nobody here says how much that is: ` +
      `give an amount, such as memoryBudget: { gpu: '4GiB' }.`,
  );
}

/** What each of several processes has of it. */
export function divideBudget(budget: MemoryBudget, parts: BudgetParts): MemoryBudget {
  const amounts = Object.entries(parseBudget(budget)) as ['cpu' | 'gpu', Amount][];
  const divided = amounts.map(([kind, amount]) => [
    kind,
    'bytes' in amount ? `${Math.floor(amount.bytes / parts[kind])}B` : `${(amount.share * 100) / parts[kind]}%`,
  ]);
  return Object.fromEntries(divided) as MemoryBudget;
}

function invalid(given: unknown): ZooError {
  return new ZooError(
    'INVALID_MANIFEST',
    `memoryBudget is an amount such as '4GiB' or '512MiB', a share such as '50%', or one for each kind of device, such as ` +
      `{ cpu: '2GiB', gpu: '50%' }; got ${typeof given === 'string' ? `"${given}"` : inspect(given)}.`,
  );
}
