import { isZooError, ZooError, type ErrorCode } from '../errors/errors.js';
import { describeThrown } from '../text/describe-thrown.js';
import { cutName } from '../text/show-value.js';

/**
 * Reads what a caller gave, which may be anything: a Proxy, as reactive frameworks make, or an object with getters.
 * What those throw becomes an error of this code; `what` begins the message.
 */
export function readGiven<T>(what: string, read: () => T, code: ErrorCode = 'INVALID_PARAM'): T {
  try {
    return read();
  } catch (error) {
    if (isZooError(error)) throw error;
    const why = error instanceof Error ? describeThrown(error) : typeof error;
    throw new ZooError(code, `${what} cannot be read: ${cutName(why)}. Give plain objects and lists.`);
  }
}
