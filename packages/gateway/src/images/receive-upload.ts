import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ZooError } from '@medzoo/core';
import type { GatewaySettings } from '../settings.js';

/** Of an upload in memory: most images are smaller, and each step of a file costs a way to another thread and back. */
const MOST_HELD_BYTES = 2 ** 20;

export interface ReceivedFile {
  readonly sha256: string;
  readonly bytes: number;
  /** A small file itself; a larger one is at the path. */
  readonly content?: Buffer;
}

/** Of one file, in bytes. */
export function mostUploadBytes({ maxImageBytes, maxStoredBytes }: GatewaySettings): number {
  return Math.min(maxImageBytes, maxStoredBytes);
}

/**
 * Receives `body`, hashed on the way, and streams what is large to a new file; rejects with IMAGE_TOO_LARGE as soon as
 * it is. `body` is then left open, since it is the other half of the connection that the answer goes out on.
 */
export async function receiveUpload(body: Readable, path: string, maxBytes: number): Promise<ReceivedFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* measured(): AsyncGenerator<Buffer> {
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw uploadTooLarge(maxBytes);
      hash.update(chunk);
      yield chunk;
    }
  }
  const chunks = measured();
  const held: Buffer[] = [];
  while (bytes <= MOST_HELD_BYTES) {
    const next = await chunks.next();
    if (next.done === true) return { sha256: hash.digest('hex'), bytes, content: Buffer.concat(held) };
    held.push(next.value);
  }
  async function* all(): AsyncGenerator<Buffer> {
    yield* held.splice(0);
    yield* chunks;
  }
  await pipeline(all, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
  return { sha256: hash.digest('hex'), bytes };
}

/**
 * Reads on and throws away, so that a client which sends before it listens gets to read why it was refused; cuts the
 * connection after `maxBytes`. Resolves when nothing more will come.
 */
export function discardRest(body: Readable, maxBytes: number): Promise<void> {
  let bytes = 0;
  body.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxBytes) body.destroy();
  });
  return new Promise((resolve) => {
    if (body.readableEnded || body.destroyed) resolve();
    for (const event of ['end', 'close']) body.once(event, resolve);
  });
}

export function uploadTooLarge(maxBytes: number): ZooError {
  return new ZooError('IMAGE_TOO_LARGE', `An image may have at most ${maxBytes} bytes. Send a smaller file.`, {
    details: { unit: 'bytes', limit: maxBytes },
  });
}
