import { isZooError, ZooError, type SkippedProvider } from '../../../contract/index.js';
import { describeThrown } from '../../../contract/text/describe-thrown.js';

/**
 * Opens on the first provider that can. Rejects with BACKEND_UNAVAILABLE and every reason if none can, with the
 * author's fault in the model, or as `prepare` does: weights that cannot be had are no reason to run on another
 * provider. `skipped` says why the providers before the one in use could not; `isGpuRequired` says
 * that the CPU was left out on purpose.
 */
export async function tryProviders<R extends { readonly id: string }, T>(
  choices: readonly R[],
  prepare: (choice: R) => Promise<() => Promise<T>>,
  isGpuRequired = false,
): Promise<{ readonly opened: T; readonly skipped: readonly SkippedProvider[] }> {
  const skipped: SkippedProvider[] = [];
  const causes: unknown[] = [];
  for (const choice of choices) {
    const open = await prepare(choice);
    try {
      return { opened: await open(), skipped };
    } catch (error) {
      if (isZooError(error) && error.blame === 'author') throw error; // no other provider would run this model
      skipped.push({ provider: choice.id, reason: reasonOf(error) });
      causes.push(error);
    }
  }
  const reasons = skipped.map(({ provider, reason }) => `${provider}: ${reason}`);
  const what = isGpuRequired
    ? 'No GPU can run this model, and requireGpu is set, so it is not run on the CPU.'
    : 'No execution provider can run this model.';
  const hint = choices.every(({ id }) => id === 'cpu') ? '' : ' `npx @medzoo/cli doctor` says more, and what mends it.';
  throw new ZooError('BACKEND_UNAVAILABLE', `${what} Tried: ${reasons.join('; ')}.${hint}`, {
    details: { skipped: skipped.map((skip) => ({ ...skip })) },
    cause: causes.length > 1 ? new AggregateError(causes, 'Each of them failed.') : causes[0],
  });
}

/** onnxruntime ends some of its messages with a full stop or a line break. */
function reasonOf(error: unknown): string {
  const message = describeThrown(error);
  return message.trim().replace(/\.$/, '');
}
