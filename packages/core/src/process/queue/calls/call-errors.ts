import { ZooError } from '../../../contract/index.js';
import { describeExit, type WorkerExit } from '../../channel/fork-worker.js';
import { describeThrown } from '../../../contract/text/describe-thrown.js';
import { countOf } from '../../../contract/text/count-of.js';

/**
 * A call that holds what cannot be sent, such as a proxy or a function: the checks before let only values of JSON's
 * kinds through.
 */
export function unsendable(cause: unknown): ZooError {
  const why = describeThrown(cause);
  const message =
    `The call cannot be sent to the zoo's process: ${why} ` +
    'Params and options must be plain data, such as JSON can hold.';
  return new ZooError('INVALID_PARAM', message, { cause });
}

/** A call that ended a worker which had no other call. */
export function died(exit: WorkerExit): ZooError {
  return new ZooError(
    'INFERENCE_FAILED',
    "The zoo's process ended twice while it had this image, the second time with nothing else to do: " +
      `${describeExit(exit)}. It runs again for other images. Check the image, the head and the memory that the ` +
      'process may use.',
    { details: { code: exit.code, signal: exit.signal, ...(exit.cause && { cause: exit.cause }) } },
  );
}

/** A call that comes while the queue is full. */
export function busy(maxPending: number, retryAfterMs: number): ZooError {
  return new ZooError(
    'BUSY',
    `At most ${countOf(maxPending, 'image')} may wait for the zoo, and as many do. Ask again in ` +
      `${Math.ceil(retryAfterMs / 1000)} s.`,
    { details: { maxPending, retryAfterMs } },
  );
}
