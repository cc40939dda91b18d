import { z } from 'zod';
import { didYouMean, ZooError } from '../../contract/index.js';
import { aNumber, aWholeNumber, expecting, maybe, options, whole } from '../../contract/options/option-schemas.js';
import { PROVIDER_NAMES } from '../../contract/model/names/provider-names.js';

const MOST = 64;
const LONGEST_WAIT_MS = 1000;

const SAY_BATCHING =
  `false, or { maxBatch, waitMs } with a whole number from 1 to ${MOST} and, if any, ` +
  `milliseconds from 0 to ${LONGEST_WAIT_MS}`;

const batching = whole(
  z.union([
    z.literal(false),
    options({ maxBatch: aWholeNumber(1, MOST), waitMs: maybe(aNumber('milliseconds', 0, LONGEST_WAIT_MS)) }),
  ]),
  SAY_BATCHING,
);

export const batchingOptions = z
  .record(z.string(), batching, expecting('an object such as { cuda: { maxBatch: 8 }, cpu: false }'))
  .readonly();

/**
 * By execution provider, without a device (`cuda`), or whatever stands before the colon of a backend's own (`remote`).
 */
export type BatchingOptions = z.infer<typeof batchingOptions>;

/** Throws INVALID_MANIFEST for a provider that onnxruntime does not have, where it runs the models. */
export function checkBatchedProviders(batched: BatchingOptions): void {
  for (const provider of Object.keys(batched)) {
    if (PROVIDER_NAMES.some((name) => name === provider)) continue;
    const device = /^([a-z]+):\d+$/.exec(provider)?.[1];
    const hint = device ? ` Leave out the device: "${device}".` : didYouMean(provider, PROVIDER_NAMES);
    throw new ZooError(
      'INVALID_MANIFEST',
      `batching names "${provider}"; execution providers are ${PROVIDER_NAMES.join(', ')}.${hint}`,
    );
  }
}
