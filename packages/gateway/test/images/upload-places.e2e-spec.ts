import { readdir } from 'node:fs/promises';
import { onTestFinished, describe, expect, it } from 'vitest';
import { createFolder } from '../create-folder.js';
import { openSocket } from '../send-raw.js';
import { drawPng, startTestGateway, type TestGateway } from '../start-test-gateway.js';

const BEGINNINGS = {
  query: 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 200000\r\n',
  raw: 'POST /images HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9000000\r\n',
  form: 'POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 9000000\r\n',
};
const PART = '--b\r\ncontent-disposition: form-data; name="0"; filename="f"\r\n\r\n';

/** Begins an upload and says no more; what is answered is read. */
async function beginUpload({ url }: TestGateway, how: keyof typeof BEGINNINGS = 'raw', from?: string) {
  const socket = await openSocket(url);
  onTestFinished(() => void socket.destroy());
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const forwarded = from === undefined ? '' : `x-forwarded-for: ${from}\r\n`;
  socket.write(`${BEGINNINGS[how]}${forwarded}\r\n${how === 'form' ? PART : ''}`);
  socket.write(Buffer.alloc(100, 7));
  return { socket, text: () => text };
}

describe('an upload that does not go on', () => {
  it('is ended as well where it is a query', async () => {
    const gateway = await startTestGateway({ uploadWindowMs: 200 });
    const { socket, text } = await beginUpload(gateway, 'query');
    await expect.poll(() => socket.closed).toBe(true);
    expect(text()).toMatch(/^HTTP\/1\.1 408 /);
    expect(text()).toContain('{"errors":[{"message":"The body was too slow: ');
    expect(gateway.log()).not.toContain('"level":50');
    expect(await gateway.query('{ __typename }')).toMatchObject({ status: 200 });
  });

  it.each(['raw', 'form'] as const)('is ended, and gives its place to others: %s', async (how) => {
    const dataDir = createFolder();
    const gateway = await startTestGateway({ dataDir, maxUploadsAtOnce: 1, uploadWindowMs: 200 });
    const { socket, text } = await beginUpload(gateway, how);
    await expect.poll(async () => (await gateway.upload(await drawPng())).status).toBe(201);
    await expect.poll(() => socket.closed).toBe(true);
    expect(text()).toMatch(/^HTTP\/1\.1 408 /);
    expect(text()).toContain('too slow');
    expect((await readdir(dataDir)).filter((name) => name.endsWith('.upload'))).toEqual([]);
    expect(gateway.log()).not.toContain('"level":50');
  });

  it('is ended if it goes on too slowly, and goes on if it is fast enough', async () => {
    const settings = { uploadWindowMs: 300, minUploadBytesPerSecond: 10_000 };
    const gateway = await startTestGateway(settings);
    const [slow, fast] = [await beginUpload(gateway), await beginUpload(gateway)];
    const timer = setInterval(() => {
      slow.socket.write(Buffer.alloc(10, 7));
      fast.socket.write(Buffer.alloc(10_000, 7));
    }, 30);
    onTestFinished(() => clearInterval(timer));
    await expect.poll(slow.text).toMatch(/^HTTP\/1\.1 408 /);
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(fast.text()).toBe('');
  });
});

describe('the places of uploads', () => {
  it('are not all for one caller', async () => {
    const gateway = await startTestGateway({ maxUploadsAtOnce: 4, trustProxy: ['loopback'] });
    const upload = async (from: string) => gateway.upload(await drawPng(), { 'x-forwarded-for': from });
    await Promise.all([1, 2].map(() => beginUpload(gateway, 'raw', '10.0.0.1')));
    await expect.poll(async () => (await upload('10.0.0.1')).status).toBe(503);
    const refused = await upload('10.0.0.1');
    expect(refused.body).toMatchObject({ error: { code: 'BUSY', retryable: true } });
    expect(JSON.stringify(refused.body)).toContain('from your address');
    expect((await upload('10.0.0.2')).status).toBe(201);
  });
});
