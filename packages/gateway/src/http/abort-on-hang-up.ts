import { setMaxListeners } from 'node:events';
import type { Response } from 'express';

/**
 * A request may have many analyses, which each listen. It is not 0, which means no limit: core asks for the limit, and
 * Node 20 answers with an error then, which takes a tenth of a millisecond to make.
 */
const MOST_LISTENERS = 4096;

/** Aborts when the client hangs up before the answer is sent. */
export function abortOnHangUp(response: Response): AbortSignal {
  const controller = new AbortController();
  setMaxListeners(MOST_LISTENERS, controller.signal);
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
