import type { Head, Zoo } from '../contract/index.js';
import type { ConnectOptions } from './connect-options.js';

/**
 * A zoo in worker processes: models, decoders and their crashes stay there, and this event loop stays free. A worker is
 * replaced when it ends or freezes, and its calls are run again, once. Rejects with the fault for which the zoo cannot
 * start, with BACKEND_UNAVAILABLE when that takes longer than `startWithinMs`, with the reason of `signal` when it
 * aborts, and with INVALID_PARAM for an unknown option.
 */
export async function connectZoo<H extends readonly Head[] = readonly Head[]>(
  options: ConnectOptions,
): Promise<Zoo<H>> {
  const { connectZoo: connect } = await import('./connect-zoo.js'); // the workers load this package too
  return connect<H>(options);
}
