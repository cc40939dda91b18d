import { setMaxListeners } from 'node:events';
import type { Response } from 'express';

/** Aborts when the client hangs up before the answer is sent. */
export function abortOnHangUp(response: Response): AbortSignal {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal); // a request may have many analyses, which each listen
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
