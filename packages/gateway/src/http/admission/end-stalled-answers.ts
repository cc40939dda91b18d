import type { IncomingMessage, ServerResponse } from 'node:http';

/** A browser whose user has paused a download takes nothing either, and asks again. */
export const LONGEST_STALL_MS = 60_000;

/**
 * Ends a connection whose client takes nothing of its answer for `stallMs`, or for up to twice as long. An answer waits
 * in memory until it is taken, a preview of 50 million pixels as well, and Node itself would wait for ever. An answer
 * that is still being made has no bytes to take, and may last longer.
 */
export function endStalledAnswers(
  stallMs = LONGEST_STALL_MS,
): (request: IncomingMessage, response: ServerResponse, next: () => void) => void {
  return (_request, response, next) => {
    response.setTimeout(stallMs, () => {
      const { socket } = response;
      if (socket && socket.writableLength > 0) socket.destroy();
    });
    next();
  };
}
