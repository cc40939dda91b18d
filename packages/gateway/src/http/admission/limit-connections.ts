import type { IncomingMessage, RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** Requests that one connection may have under way: browsers and proxies send the next one after the answer. */
const MOST_AT_ONCE = 4;

/**
 * After so many chunks of a body they must have so many bytes on average: each costs a call, and 40,000 fit into 256
 * KiB.
 */
const FREE_CHUNKS = 500;
const LEAST_CHUNK_BYTES = 64;

/**
 * Ends connections that make much work of few bytes: request after request without waiting for answers, of which
 * thousands fit into one packet and all would be begun before anybody else has a turn, or a body in crumbs.
 */
export function limitConnections(listener: RequestListener): RequestListener {
  const connections = new WeakMap<Socket, { running: number; inThisTurn: number }>();
  return (request: IncomingMessage, response) => {
    const { socket } = request;
    const counts = connections.get(socket) ?? { running: 0, inThisTurn: 0 };
    connections.set(socket, counts);
    counts.running += 1;
    counts.inThisTurn += 1;
    // Those of one packet may each be answered before the next is read, and still nobody else has a turn.
    if (counts.inThisTurn === 1) setImmediate(() => (counts.inThisTurn = 0));
    if (Math.max(counts.running, counts.inThisTurn) > MOST_AT_ONCE) {
      if (!socket.destroyed) endPipeline(socket);
      return;
    }
    response.once('close', () => (counts.running -= 1));
    if (request.headers['transfer-encoding'] !== undefined) limitChunks(request);
    listener(request, response);
  };
}

/** Node's parser of a connection's requests; 2 says that what follows is no HTTP any more. */
interface ParsedSocket extends Socket {
  readonly parser?: { onIncoming?: () => number } | null;
}

/**
 * The parser would go on through the packet, and make and abort a request of each line: most of the time that such a
 * packet takes.
 */
function endPipeline(socket: ParsedSocket): void {
  if (socket.parser) socket.parser.onIncoming = () => 2;
  socket.destroy();
}

/**
 * Looks at each chunk where the parser hands it over: whoever reads the body would be called for all of a packet before
 * it could say no.
 */
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
