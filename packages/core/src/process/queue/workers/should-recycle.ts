import type { WorkerStatus } from '../../channel/messages.js';

/**
 * The tolerance above the budget: memory that is measured beside other work is not exact, and the next model may use
 * what is left.
 */
const LEAST_EXCESS_BYTES = 32 * 2 ** 20;
const EXCESS_PART = 0.1;

/** Whether a worker uses more memory for models than it may, because models that it closed did not give theirs back. */
export function shouldRecycle({ memory }: Pick<WorkerStatus, 'memory'>): boolean {
  return memory.some(({ budgetBytes, modelBytes, unreturnedBytes }) => {
    if (budgetBytes === null) return false;
    const excess = Math.max(LEAST_EXCESS_BYTES, budgetBytes * EXCESS_PART);
    return unreturnedBytes > excess && modelBytes + unreturnedBytes > budgetBytes + excess;
  });
}
