import { ZooError, type SkippedProvider } from '../contract/index.js';

/**
 * Opens on the first rung that can; rejects with BACKEND_UNAVAILABLE and every reason if none can. `skipped` says why the rungs
 * before the one in use could not.
 */
export async function climbLadder<R extends { readonly id: string }, T>(
  rungs: readonly R[],
  open: (rung: R) => Promise<T>,
): Promise<{ readonly opened: T; readonly skipped: readonly SkippedProvider[] }> {
  const skipped: SkippedProvider[] = [];
  for (const rung of rungs) {
    try {
      return { opened: await open(rung), skipped };
    } catch (error) {
      skipped.push({ provider: rung.id, reason: error instanceof Error ? error.message : String(error) });
    }
  }
  const reasons = skipped.map(({ provider, reason }) => `${provider}: ${reason}`);
  throw new ZooError('BACKEND_UNAVAILABLE', `No execution provider can run this model. ${reasons.join('; ')}`, {
    details: { skipped: skipped.map((skip) => ({ ...skip })) },
  });
}
