import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { sendFile } from '../../../../test/file-server.js';
import {
  BYTES,
  createCacheFolder,
  digestOf,
  isWhole,
  keptIn,
  OTHER,
  serveWeights,
  SHA256,
} from '../../../../test/serve-weights.js';
import type { WeightsProgress } from '../../../contract/index.js';
import { loadWeights } from '../../load-weights.js';
import { fetchWeights, pathInCache } from './fetch-weights.js';

let cacheFolder: string;
beforeEach(async () => void (cacheFolder = await createCacheFolder()));

describe('fetchWeights', () => {
  it('keeps a whole file under its digest, tells how far it is, and asks once', async () => {
    const { file, asked } = await serveWeights(sendFile(BYTES));
    const told: WeightsProgress[] = [];
    const path = await fetchWeights(file, { cacheFolder, onProgress: (progress) => told.push(progress) });
    expect(isWhole(await readFile(path))).toBe(true);
    expect(await fetchWeights(file, { cacheFolder })).toBe(path);
    expect(asked).toHaveLength(1);
    expect(await keptIn(cacheFolder)).toEqual([SHA256]);
    expect([...new Set(told.map(({ state }) => state))]).toEqual(['fetching', 'verifying', 'ready']);
    const received = told.map(({ receivedBytes }) => receivedBytes);
    expect(received).toEqual(received.toSorted((a, b) => a - b));
    expect(told.at(-1)).toMatchObject({ receivedBytes: BYTES.length, totalBytes: BYTES.length, sha256: SHA256 });
  });

  it('goes on where a connection broke, again and again', async () => {
    const { file, asked } = await serveWeights(sendFile(BYTES, '"one"', 100_000));
    expect(isWhole(await loadWeights(file, undefined, { cacheFolder }))).toBe(true);
    expect(asked.map(({ headers }) => headers.range)).toEqual([undefined, 'bytes=100000-', 'bytes=200000-']);
    expect(asked.at(-1)?.headers['if-range']).toBe('"one"');
  });

  it('goes on where another process ended', async () => {
    const { file, asked } = await serveWeights(sendFile(BYTES));
    const part = `${pathInCache(cacheFolder, SHA256)}.part`;
    await mkdir(dirname(part), { recursive: true });
    await writeFile(part, BYTES.subarray(0, 1000));
    await writeFile(`${part}.validator`, '"one"');
    expect(isWhole(await loadWeights(file, undefined, { cacheFolder }))).toBe(true);
    expect(asked[0]?.headers.range).toBe('bytes=1000-');
    expect(await keptIn(cacheFolder)).toEqual([SHA256]);
  });

  it.each([
    ['another version of the file, by its ETag', '"zero"'],
    ['another file without an ETag, by the digest', undefined],
  ])('begins again when what it has is of %s', async (_, validator) => {
    const { file, asked } = await serveWeights(sendFile(BYTES));
    const part = `${pathInCache(cacheFolder, SHA256)}.part`;
    await mkdir(dirname(part), { recursive: true });
    await writeFile(part, OTHER.subarray(0, 1000));
    if (validator !== undefined) await writeFile(`${part}.validator`, validator);
    expect(isWhole(await loadWeights(file, undefined, { cacheFolder }))).toBe(true);
    expect(asked[0]?.headers.range).toBe('bytes=1000-');
  });

  it('begins again when there is more of it here than there', async () => {
    let isFirst = true;
    const { file } = await serveWeights((request, response) => {
      if (isFirst) response.writeHead(416, { 'content-range': `bytes */10` }).end();
      else sendFile(BYTES)(request, response);
      isFirst = false;
    });
    const part = `${pathInCache(cacheFolder, SHA256)}.part`;
    await mkdir(dirname(part), { recursive: true });
    await writeFile(part, BYTES.subarray(0, 1000));
    expect(isWhole(await loadWeights(file, undefined, { cacheFolder }))).toBe(true);
  });

  it('refuses other bytes of the same size, naming both digests, and keeps nothing', async () => {
    const { file } = await serveWeights(sendFile(OTHER));
    await expect(fetchWeights(file, { cacheFolder })).rejects.toMatchObject({
      code: 'WEIGHTS_CORRUPT',
      message: expect.stringMatching(new RegExp(`${SHA256}.*${digestOf(OTHER)}.*Check the URL`)) as string,
    });
    expect(await keptIn(cacheFolder)).toEqual([]);
  });

  it('refuses another size before it fetches', async () => {
    const { file } = await serveWeights((_, response) =>
      response.setHeader('content-type', 'text/html').end('<p>Log in</p>'),
    );
    await expect(fetchWeights(file, { cacheFolder })).rejects.toMatchObject({
      code: 'WEIGHTS_CORRUPT',
      message: expect.stringMatching(/expected 300000 bytes, the server sends 13 .*text\/html.*log-in page/) as string,
    });
  });

  it('refuses a body without end', async () => {
    const { file } = await serveWeights((_, response) => {
      const more = () => response.destroyed || response.write(BYTES, () => setImmediate(more));
      more();
    });
    await expect(fetchWeights({ ...file, bytes: 1000 }, { cacheFolder })).rejects.toMatchObject({
      code: 'WEIGHTS_CORRUPT',
    });
  });

  it.each([
    [404, /answers 404 .*Check the URL/],
    [403, /answers 403 .*weights\.headers/],
    [407, /HTTPS_PROXY=http:\/\/user:password@/],
  ])('says at once what to do about %d', async (status, message) => {
    const { file, asked } = await serveWeights((_, response) => response.writeHead(status).end());
    const failing = fetchWeights({ ...file, url: `${file.url}?key=secret` }, { cacheFolder });
    await expect(failing).rejects.toMatchObject({ code: 'WEIGHTS_UNAVAILABLE', details: { status } });
    await expect(failing).rejects.toThrow(message);
    await expect(failing).rejects.not.toThrow('secret');
    expect(asked).toHaveLength(1);
  });

  it('tries again when the server is busy, and gives up after five times', async () => {
    let left = 2;
    const { file } = await serveWeights((request, response) => {
      left -= 1;
      if (left >= 0) response.writeHead(503).end();
      else sendFile(BYTES)(request, response);
    });
    const reasons: unknown[] = [];
    const onProgress = ({ state, reason }: WeightsProgress) => state === 'retrying' && reasons.push(reason);
    expect(isWhole(await loadWeights(file, undefined, { cacheFolder, onProgress }))).toBe(true);
    expect(reasons).toEqual(['the server answers 503', 'the server answers 503']);
    const broken = await serveWeights((_, response) => response.destroy());
    await expect(fetchWeights({ ...broken.file, sha256: digestOf(OTHER) }, { cacheFolder })).rejects.toMatchObject({
      code: 'WEIGHTS_UNAVAILABLE',
      message: expect.stringMatching(/HTTPS_PROXY=.*NODE_EXTRA_CA_CERTS.*bring the file/) as string,
    });
    expect(broken.asked).toHaveLength(5);
  });

  it('follows redirects on this machine with the headers of each host, and none to plain http elsewhere', async () => {
    const there = await serveWeights(sendFile(BYTES));
    const { file } = await serveWeights((request, response) => {
      const location = request.url === '/model.onnx' ? there.file.url : 'http://example.org/model.onnx';
      response.writeHead(302, { location }).end();
    });
    const headers = (url: URL): Record<string, string> =>
      file.url.startsWith(url.origin) ? { authorization: 'Bearer key' } : {};
    await fetchWeights(file, { cacheFolder, headers });
    expect(there.asked[0]?.headers.authorization).toBeUndefined();
    const elsewhere = { ...file, sha256: digestOf(OTHER), url: `${new URL(file.url).origin}/elsewhere` };
    await expect(fetchWeights(elsewhere, { cacheFolder })).rejects.toMatchObject({ code: 'INVALID_MANIFEST' });
  });

  it('sends credentials to no other origin than the first, not even back to it', async () => {
    const there = await serveWeights((request, response) => {
      if (request.url === '/model.onnx') response.writeHead(302, { location: `${first.url}/again` }).end();
      else sendFile(BYTES)(request, response);
    });
    const first = await serveWeights((request, response) => {
      const hops = { '/model.onnx': '/next', '/next': there.file.url, '/again': `${there.url}/last` };
      response.writeHead(302, { location: hops[request.url as keyof typeof hops] }).end();
    });
    const url = new URL(first.file.url);
    [url.username, url.password] = ['ward', 'p@ss'];
    const headers = () => ({ 'X-Api-Key': 'secret', cookie: 'session=secret' });
    await fetchWeights({ ...first.file, url: url.href }, { cacheFolder, headers });
    const sent = (asked: typeof first.asked) =>
      asked.map(({ headers }) => [headers.authorization, headers['x-api-key'], headers.cookie]);
    const own = [`Basic ${Buffer.from('ward:p@ss').toString('base64')}`, 'secret', 'session=secret'];
    const none = [undefined, undefined, undefined];
    expect(sent(first.asked)).toEqual([own, own, none]);
    expect(sent(there.asked)).toEqual([none, none]);
  });

  it('goes through the proxy of the environment, except where NO_PROXY says so', async () => {
    const { file, asked } = await serveWeights(sendFile(BYTES));
    let tunnels = 0;
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      tunnels += 1;
      const [host, port] = request.url!.split(':');
      const target = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        target.pipe(socket).pipe(target);
      });
      target.on('error', () => socket.destroy());
      socket.on('error', () => target.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void proxy.close());
    vi.stubEnv('HTTP_PROXY', `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
    await fetchWeights(file, { cacheFolder });
    expect(tunnels).toBe(1);
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    await rm(join(cacheFolder, 'weights'), { recursive: true });
    await fetchWeights(file, { cacheFolder });
    expect(tunnels).toBe(1);
    expect(asked).toHaveLength(2);
  });

  it('stops when the asker leaves, and goes on later', async () => {
    const controller = new AbortController();
    const { file } = await serveWeights((request, response) => {
      sendFile(BYTES)(request, response);
    });
    const slow = await serveWeights((_, response) => {
      response.setHeader('content-length', BYTES.length);
      response.write(BYTES.subarray(0, 50_000), () => setImmediate(() => controller.abort(new Error('left'))));
    });
    const leaving = fetchWeights({ ...file, url: slow.file.url }, { cacheFolder }, controller.signal);
    await expect(leaving).rejects.toThrow('left');
    expect(await keptIn(cacheFolder)).not.toContain(`${SHA256}.lock`);
    expect(isWhole(await loadWeights(file, undefined, { cacheFolder }))).toBe(true);
  });
});
