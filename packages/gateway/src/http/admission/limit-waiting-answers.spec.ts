import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { limitWaitingAnswers } from './limit-waiting-answers.js';

/** More than the buffers of both ends of a connection hold. */
const ANSWER = Buffer.alloc(32 * 2 ** 20, 'x');
const GET = 'GET / HTTP/1.1\r\nhost: localhost\r\n\r\n';

/** A server that lets two answers wait, and what asks it without reading. */
async function start(): Promise<(requests?: number) => Promise<Socket>> {
  const limit = limitWaitingAnswers(2.5 * ANSWER.length);
  let answered = 0;
  const server = createServer((request, response) =>
    limit(request, response, () => {
      response.end(ANSWER);
      answered += 1;
    }),
  );
  onTestFinished(() => void server.close());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return async (requests = 1) => {
    const before = answered;
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1').pause();
    client.on('error', () => undefined);
    onTestFinished(() => void client.destroy());
    client.write(GET.repeat(requests));
    await expect.poll(() => answered).toBe(before + requests);
    return client;
  };
}

async function readBytes(client: Socket): Promise<number> {
  let bytes = 0;
  client.on('data', (chunk) => {
    bytes += chunk.length;
    if (bytes > ANSWER.length) client.end();
  });
  client.resume();
  await once(client, 'close');
  return bytes;
}

it('ends the connection whose answer has waited longest', async () => {
  const ask = await start();
  const [oldest, second, newest] = [await ask(), await ask(), await ask()];
  expect(await readBytes(oldest)).toBeLessThan(ANSWER.length);
  expect(await readBytes(second)).toBeGreaterThan(ANSWER.length);
  expect(await readBytes(newest)).toBeGreaterThan(ANSWER.length);
});

it('counts answers that wait behind another one of their connection', async () => {
  const ask = await start();
  const greedy = await ask(2);
  const newest = await ask();
  expect(await readBytes(greedy)).toBeLessThan(ANSWER.length);
  expect(await readBytes(newest)).toBeGreaterThan(ANSWER.length);
});

it('ends a connection that has too much waiting by itself', async () => {
  const ask = await start();
  expect(await readBytes(await ask(2))).toBeGreaterThan(ANSWER.length);
  expect(await readBytes(await ask(3))).toBeLessThan(ANSWER.length);
});

it('forgets what was taken or given up', async () => {
  const ask = await start();
  const waiting = await ask();
  for (let round = 0; round < 3; round += 1) expect(await readBytes(await ask())).toBeGreaterThan(ANSWER.length);
  for (let round = 0; round < 3; round += 1) {
    (await ask()).destroy();
    await new Promise((resolve) => setTimeout(resolve, 100)); // the server learns of it
  }
  expect(await readBytes(await ask())).toBeGreaterThan(ANSWER.length);
  expect(await readBytes(waiting)).toBeGreaterThan(ANSWER.length);
});
