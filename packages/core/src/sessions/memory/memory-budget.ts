import { z } from 'zod';
import { ZooError } from '../../contract/index.js';
import { maybe, options, whole } from '../../contract/options/option-schemas.js';
import { parseOptions } from '../../contract/options/parse-options.js';
import { kindOf } from './device-of.js';

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

/** Reads '4GiB', '500 MB' or '50%'; undefined for anything else. */
function readAmount(given: string): Amount | undefined {
  const [, digits = '', unit = ''] = /^(\d+(?:\.\d+)?)\s*(\S+)$/.exec(given) ?? [];
  const number = Number(digits);
  if (unit === '%' && number > 0 && number <= 100) return { share: number / 100 };
  const bytes = Math.floor(number * (UNITS[unit.toLowerCase()] ?? 0));
  return bytes > 0 ? { bytes } : undefined;
}

const amount = z.string().refine((text) => readAmount(text) !== undefined);

/** An amount such as '4GiB' or '512MiB', or a share such as '50%' of what there is. */
export type MemoryAmount = z.infer<typeof amount>;

export const memoryBudget = whole(
  z.union([
    amount,
    options({ cpu: maybe(amount), gpu: maybe(amount) }).refine(
      ({ cpu, gpu }) => cpu !== undefined || gpu !== undefined,
    ),
  ]),
  "an amount such as '4GiB' or '512MiB', a share such as '50%', or one for each kind of device, such as " +
    "{ cpu: '2GiB', gpu: '50%' }",
);

/** For the models of each device, or apart for the CPU and for each card. */
export type MemoryBudget = z.infer<typeof memoryBudget>;

/** The amounts by kind of device; throws INVALID_MANIFEST, which says how to write one. */
function parseBudget(given: MemoryBudget): Partial<Record<'cpu' | 'gpu', Amount>> {
  const budget = parseOptions(memoryBudget, given, { code: 'INVALID_MANIFEST', name: 'memoryBudget' });
  const { cpu, gpu } = typeof budget === 'string' ? { cpu: budget, gpu: budget } : budget;
  return {
    ...(cpu !== undefined && { cpu: readAmount(cpu)! }),
    ...(gpu !== undefined && { gpu: readAmount(gpu)! }),
  };
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
