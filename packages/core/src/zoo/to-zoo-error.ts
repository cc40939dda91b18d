import { isZooError, ZooError } from '../contract/index.js';
import { describeThrown } from '../contract/text/describe-thrown.js';

/** A fault that has no code of its own yet gets INFERENCE_FAILED and keeps its cause; `what` begins the message. */
export function toZooError(error: unknown, what: string): ZooError {
  if (isZooError(error)) return error;
  const why = describeThrown(error);
  return new ZooError('INFERENCE_FAILED', `${what}: ${why}`, { cause: error });
}
