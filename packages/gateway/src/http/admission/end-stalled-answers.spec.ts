import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { endStalledAnswers } from './end-stalled-answers.js';

const STALL_MS = 600;
/** More than the buffers of both ends of a connection hold. */
const ANSWER = Buffer.alloc(32 * 2 ** 20, 'x');

/** A client that has asked, and has read nothing yet. */
async function ask(answer: (response: ServerResponse) => void): Promise<Socket> {
  const end = endStalledAnswers(STALL_MS);
  const server = createServer((request, response) => end(request, response, () => answer(response)));
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
  client.on('error', () => undefined);
  onTestFinished(() => void client.destroy());
  client.write('GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n');
  return client;
}

it('ends a connection whose client takes nothing of its answer', async () => {
  let isClosed = false;
  await ask((response) => {
    response.once('close', () => (isClosed = true));
    response.end(ANSWER);
  });
  await expect.poll(() => isClosed, { timeout: 10 * STALL_MS }).toBe(true);
});

it('lets a client read slowly, and an answer be made for longer', async () => {
  let bytes = 0;
  const client = await ask((response) => setTimeout(() => response.end(ANSWER), 2 * STALL_MS));
  client.on('data', (chunk) => {
    bytes += chunk.length;
    if (bytes > ANSWER.length / 4) return;
    client.pause();
    void sleep(1).then(() => client.resume());
  });
  client.resume();
  await once(client, 'end');
  expect(bytes).toBeGreaterThan(ANSWER.length);
});
