import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/** A preview of 50 million pixels may have 150 MB. */
const MOST_WAITING_BYTES = 256 * 2 ** 20;

/**
 * Bounds how much of all answers waits in memory for clients to take it. Where a new answer makes it too much, the
 * connection ends whose answer has waited longest: clients that ask and do not read hold up none that do.
 */
export function limitWaitingAnswers(
  mostBytes = MOST_WAITING_BYTES,
): (request: IncomingMessage, response: ServerResponse, next: () => void) => void {
  /** By connection, the one that has waited longest first. */
  const waiting = new Map<Socket, number>();
  let total = 0;

  function change(socket: Socket, bytes: number): void {
    const known = waiting.get(socket) ?? 0;
    total += bytes;
    if (known + bytes > 0) waiting.set(socket, known + bytes);
    else waiting.delete(socket);
  }

  function hold(socket: Socket, response: ServerResponse, bytes: number): void {
    const release = (): void => {
      socket.off('close', release);
      response.off('close', release);
      change(socket, -bytes);
    };
    socket.once('close', release); // of an answer that waits behind another one, no response tells
    response.once('close', release);
    change(socket, bytes);
    let left = total;
    for (const [oldest, held] of waiting) {
      // One answer alone goes out whatever its size; what waits before it on its connection does not exempt it.
      if (left <= mostBytes || (oldest === socket && held === bytes)) return;
      left -= held;
      oldest.destroy();
    }
  }

  return ({ socket }, response, next) => {
    const end = response.end.bind(response) as (...given: unknown[]) => ServerResponse;
    response.end = ((...given: unknown[]) => {
      end(...given);
      if (!socket.destroyed && response.writableLength > 0) hold(socket, response, response.writableLength);
      return response;
    }) as ServerResponse['end'];
    next();
  };
}
