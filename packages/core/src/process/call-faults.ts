import { ZooError } from '../contract/index.js';
import type { CallAnswer, PendingCall } from './pending-call.js';
import { describeExit, type ChildExit } from './fork-worker.js';

/** What a head's params may hold follows from JSON; a proxy or a function that got this far does not. */
export function unsendable(cause: unknown): ZooError {
  const why = cause instanceof Error ? cause.message : String(cause);
  const message = `The call cannot cross to the zoo's process: ${why} Params and options are plain data, such as JSON can hold.`;
  return new ZooError('INVALID_PARAM', message, { cause });
}

export function died(exit: ChildExit): ZooError {
  return new ZooError(
    'INFERENCE_FAILED',
    `The zoo's process ended twice while it had this image, the second time with nothing else to do: ${describeExit(exit)}. ` +
      'It runs again for others. Look at the image, the head and the memory that the process may use.',
    { details: { code: exit.code, signal: exit.signal, ...(exit.cause && { cause: exit.cause }) } },
  );
}

/** Whether an answer is of other bytes than those that were hashed as the call came. */
export function isOfOtherBytes(outcomes: CallAnswer, { sha256 }: Pick<PendingCall, 'sha256'>): boolean {
  return Object.values(outcomes).some((outcome) => outcome.ok && outcome.provenance.image.sha256 !== sha256);
}

/** The caller wrote to the image's buffer while it was on its way, in pieces, or while the call was to be asked again. */
export function changedBytes(): ZooError {
  return new ZooError(
    'INVALID_IMAGE',
    "The image's bytes were changed while the call was under way, so its answer would belong to no image that was given. " +
      'Give each call a copy of a buffer that is used again.',
  );
}
