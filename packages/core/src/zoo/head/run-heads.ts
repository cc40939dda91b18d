import { checkPromptsInImage, type Answer, type Head, type Outcome } from '../../contract/index.js';
import { createFindDomains } from '../../domain/head-domains.js';
import type { EncodedFor } from '../encode/encode-for-heads.js';
import type { AskedHead } from '../request/check-requests.js';
import type { ReceivedCall } from '../request/receive-call.js';
import { runHead, type HeadRunner } from './run-head.js';

/**
 * Runs every head whose image was encoded, side by side. Rejects with INVALID_PARAM for a prompt outside the image,
 * before any runs.
 */
export type RunHeads = (
  encoded: readonly EncodedFor<AskedHead>[],
  call: ReceivedCall<Head>,
) => Promise<readonly Outcome<Answer>[]>;

export function createRunHeads(heads: readonly Head[], models: Omit<HeadRunner, 'findDomains'>): RunHeads {
  const { sessions, runModel, runningFiles } = models;
  const runner = { sessions, runModel, runningFiles, findDomains: createFindDomains(heads) };
  return async (encoded, { options, startedAt, asker }) => {
    for (const { head, params, image } of encoded) {
      if (image.ok) checkPromptsInImage(head.manifest.params, params, image.value.encoded.image);
    }
    const running = encoded.map(async ({ image, ...one }) =>
      image.ok ? runHead({ ...one, ...options, image: image.value, startedAt, asker }, runner) : image,
    );
    return Promise.all(running);
  };
}
