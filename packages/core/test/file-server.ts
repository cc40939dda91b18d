import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on this machine that answers as a test wants, and notes what it was asked. */
export async function startServer(answer: Answer): Promise<{
  readonly url: string;
  readonly asked: Asked[];
  readonly close: () => Promise<void>;
}> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', headers: request.headers });
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Sends a file as real servers do: with an ETag, and from where a Range asks if If-Range is right. */
export function sendFile(bytes: Uint8Array, etag = '"one"', cutAfter = Infinity): Answer {
  return (request, response) => {
    const { range, 'if-range': condition } = request.headers;
    const start = range !== undefined && (condition ?? etag) === etag ? Number(/\d+/.exec(range)![0]) : 0;
    const rest = bytes.subarray(start);
    response.setHeader('etag', etag);
    response.setHeader('content-length', rest.length);
    if (start > 0) response.setHeader('content-range', `bytes ${start}-${bytes.length - 1}/${bytes.length}`);
    response.writeHead(start > 0 ? 206 : 200);
    if (rest.length <= cutAfter) response.end(rest);
    else response.write(rest.subarray(0, cutAfter), () => setTimeout(() => response.destroy(), 50));
  };
}
