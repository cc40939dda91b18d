import type { OpenModel } from '../../contract/index.js';

/** Enough to decode an image beside a running model, and for prompts that run together; the rest can still leave the line. */
const USUAL = 4;

/** How many calls a process with these models has at a time: where more than usual run together, as many again have to be on their way. */
export function findRoom(models: readonly Pick<OpenModel, 'maxBatch'>[] = []): number {
  const together = Math.max(1, ...models.map(({ maxBatch }) => maxBatch));
  return together > USUAL ? 2 * together : USUAL;
}
