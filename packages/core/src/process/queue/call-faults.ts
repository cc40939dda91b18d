import { ZooError } from '../../contract/index.js';
import { describeExit, type ChildExit } from '../channel/fork-worker.js';

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
