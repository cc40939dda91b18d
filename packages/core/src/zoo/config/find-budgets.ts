import { ZooError, type Backend, type Head } from '../../contract/index.js';
import { checkFits } from '../../sessions/memory/check-fits.js';
import { declaredNeed } from '../../sessions/memory/declared-need.js';
import { createTotalMemory } from '../../sessions/memory/device-memory.js';
import { budgetOf, type MemoryBudget } from '../../sessions/memory/memory-budget.js';
import { listModels } from '../models/list-models.js';

/**
 * Bytes for the models of each device on which they may be opened; Infinity where the budget says nothing. Rejects with
 * INVALID_MANIFEST for a budget that is none or cannot be kept, and BACKEND_UNAVAILABLE for a model that fits on none
 * of its devices.
 */
export async function findBudgets(
  budget: MemoryBudget | undefined,
  backend: Backend,
  heads: readonly Head[],
  totalMemory = createTotalMemory(),
): Promise<(device: string) => number> {
  if (budget === undefined) return () => Infinity;
  const { memory } = backend;
  if (!memory) throw notHere(backend);
  const bytes = new Map<string, number>();
  const of = (device: string): number => bytes.get(device) ?? Infinity;
  for (const { spec } of listModels(heads)) {
    const devices = memory.devicesOf(spec);
    for (const device of devices.filter((one) => !bytes.has(one))) {
      bytes.set(device, (await budgetOf(budget, device, totalMemory)) ?? Infinity);
    }
    const need = declaredNeed(backend, spec);
    const misfits = devices.filter((device) => need > of(device));
    if (misfits.length === devices.length) checkFits(spec, need, { device: misfits[0]!, budgetBytes: of(misfits[0]!) });
  }
  return of;
}

function notHere({ name }: Backend): ZooError {
  return new ZooError(
    'INVALID_MANIFEST',
    `memoryBudget is for models in this process, and the backend "${name}" says nothing of their memory: leave ` +
      'one of them out.',
  );
}
