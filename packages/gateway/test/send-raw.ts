import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface RawReply {
  /** 0 if the connection ended without an answer. */
  readonly status: number;
  readonly text: string;
}

/** Opens a connection to a gateway, for what no HTTP client would send. */
export async function openSocket(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined); // a gateway may cut it
  await once(socket, 'connect');
  return socket;
}

/**
 * Sends bytes as they are, and reads until the connection ends, or is silent for `waitMs`, or for `quietMs` after an
 * answer began.
 */
export async function sendRaw(
  url: string,
  bytes: string | Uint8Array,
  { quietMs = 100, waitMs = 5000 } = {},
): Promise<RawReply> {
  const socket = await openSocket(url);
  let text = '';
  await new Promise<void>((resolve) => {
    let timer = setTimeout(resolve, waitMs);
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      clearTimeout(timer);
      timer = setTimeout(resolve, quietMs);
    });
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.write(bytes);
  });
  socket.destroy();
  return { status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1] ?? 0), text };
}

/** One request, by its lines. */
export function requestOf(
  line: string,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array = '',
): Uint8Array {
  const given = { host: 'localhost', ...headers, 'content-length': String(Buffer.byteLength(body)) };
  const lines = Object.entries(given).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`${line} HTTP/1.1\r\n${lines.join('')}\r\n`, 'latin1'), Buffer.from(body)]);
}
