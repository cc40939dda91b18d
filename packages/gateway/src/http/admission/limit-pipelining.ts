import type { IncomingMessage, RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that one connection may have under way: browsers and proxies send the next one after the answer. */
const MOST_AT_ONCE = 8;

/**
 * Ends a connection that sends request after request without waiting for answers: thousands fit into one packet, and all of them would
 * be begun before anybody else has a turn.
 */
export function limitPipelining(listener: RequestListener): RequestListener {
  const running = new WeakMap<Socket, number>();
  return (request: IncomingMessage, response) => {
    const { socket } = request;
    const count = (running.get(socket) ?? 0) + 1;
    running.set(socket, count);
    if (count > MOST_AT_ONCE) {
      socket.destroy();
      return;
    }
    response.once('close', () => running.set(socket, running.get(socket)! - 1));
    listener(request, response);
  };
}
