import type { ProcessState } from '../channel/messages.js';

/** Beyond the budget: what is measured beside other work is not exact, and the next model may use what the last one left. */
const LEAST_EXCESS_BYTES = 32 * 2 ** 20;
const EXCESS_SHARE = 0.1;

/** Whether a process holds more for models than it may because those that it closed did not give their memory back. */
export function isWorn({ memory }: Pick<ProcessState, 'memory'>): boolean {
  return memory.some(({ budgetBytes, modelBytes, unreturnedBytes }) => {
    if (budgetBytes === null) return false;
    const excess = Math.max(LEAST_EXCESS_BYTES, budgetBytes * EXCESS_SHARE);
    return unreturnedBytes > excess && modelBytes + unreturnedBytes > budgetBytes + excess;
  });
}
