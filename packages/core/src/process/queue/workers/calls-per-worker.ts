import type { OpenModel } from '../../../contract/index.js';

/**
 * Enough to decode an image beside a running model, and to batch prompts. The other calls stay in the queue, where they
 * can leave.
 */
const USUAL = 4;

/** How many calls a worker with these models has at a time: for larger batches, as many again must be on their way. */
export function computeCallsPerWorker(models: readonly Pick<OpenModel, 'maxBatch'>[] = []): number {
  const largestBatch = Math.max(1, ...models.map(({ maxBatch }) => maxBatch));
  return largestBatch > USUAL ? 2 * largestBatch : USUAL;
}
