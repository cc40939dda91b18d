import type { IncomingMessage, RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that one connection may have under way: browsers and proxies send the next one after the answer. */
const MOST_AT_ONCE = 4;

/** After so many chunks of a body they must have so many bytes on average: each costs a call, and 40,000 fit into 256 KiB. */
const FREE_CHUNKS = 500;
const LEAST_CHUNK_BYTES = 64;

/**
 * Ends connections that make much work of few bytes: request after request without waiting for answers, of which thousands fit into one packet
 * and all would be begun before anybody else has a turn, or a body in crumbs.
 */
export function limitConnections(listener: RequestListener): RequestListener {
  const running = new WeakMap<Socket, number>();
  return (request: IncomingMessage, response) => {
    const { socket } = request;
    const count = (running.get(socket) ?? 0) + 1;
    running.set(socket, count);
    if (count > MOST_AT_ONCE) {
      if (!socket.destroyed) socket.destroy();
      return;
    }
    response.once('close', () => running.set(socket, running.get(socket)! - 1));
    if (request.headers['transfer-encoding'] !== undefined) limitChunks(request);
    listener(request, response);
  };
}

/** Looks at each chunk where the parser hands it over: whoever reads the body would be called for all of a packet before it could say no. */
function limitChunks(request: IncomingMessage): void {
  let chunks = 0;
  let bytes = 0;
  const push = request.push.bind(request);
  request.push = (chunk: Buffer | null, ...rest) => {
    chunks += 1;
    bytes += chunk?.length ?? 0;
    if (chunks <= FREE_CHUNKS || bytes >= chunks * LEAST_CHUNK_BYTES) return push(chunk, ...rest);
    if (!request.socket.destroyed) request.socket.destroy();
    return false;
  };
}
