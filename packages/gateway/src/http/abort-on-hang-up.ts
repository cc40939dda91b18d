import type { Response } from 'express';

/** Aborts when the client hangs up before the answer is sent. */
export function abortOnHangUp(response: Response): AbortSignal {
  const controller = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) controller.abort();
  });
  return controller.signal;
}
