import { isZooError, ZooError } from '../contract/index.js';

/** A fault that has no code of its own yet gets INFERENCE_FAILED and keeps its cause; `what` begins the message. */
export function toZooError(error: unknown, what: string): ZooError {
  if (isZooError(error)) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new ZooError('INFERENCE_FAILED', `${what}: ${why}`, { cause: error });
}
