import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { createFolder } from '../create-folder.js';
import { openSocket, requestOf } from '../send-raw.js';
import { joinTiffs } from './join-tiffs.js';
import { drawPng, startTestGateway } from '../start-test-gateway.js';

const errorOf = (code: string, message: RegExp) => ({
  error: { code, message: expect.stringMatching(message) as string, retryable: false },
});

describe('POST /images', () => {
  it('answers what the image is, and knows it again', async () => {
    const gateway = await startTestGateway();
    const png = await drawPng();
    const id = createHash('sha256').update(png).digest('hex');
    const first = await gateway.upload(png, { 'content-type': 'text/plain' });
    expect(first.status).toBe(201);
    expect(first.headers.get('location')).toBe(`/images/${id}`);
    expect(first.body).toEqual({ id, width: 3, height: 2, bytes: png.length, mediaType: 'image/png' });
    const second = await gateway.upload(png);
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
  });

  it('measures as a person sees: EXIF orientation applied', async () => {
    const gateway = await startTestGateway();
    const turned = await sharp(await drawPng())
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    expect((await gateway.upload(turned)).body).toMatchObject({ width: 2, height: 3, mediaType: 'image/jpeg' });
  });

  it('takes a BMP and a PPM, and serves them as such', async () => {
    const gateway = await startTestGateway();
    const ppm = Buffer.from('P6 2 1 255\n123456');
    const bmp = Buffer.alloc(54 + 8);
    bmp.write('BM', 'latin1');
    [54, 40, 1, 2].forEach((value, index) => bmp.writeUInt32LE(value, 10 + 4 * index));
    bmp.writeUInt16LE(24, 28);
    for (const [file, width, height, mediaType] of [
      [ppm, 2, 1, 'image/x-portable-pixmap'],
      [bmp, 1, 2, 'image/bmp'],
    ] as const) {
      const { status, body, id } = await gateway.upload(file);
      expect(status).toBe(201);
      expect(body).toMatchObject({ width, height, mediaType });
      const served = await gateway.get(`images/${id}`);
      expect(served.headers.get('content-type')).toBe(mediaType);
      expect(Buffer.from(await served.arrayBuffer())).toEqual(file);
    }
  });

  it('says how many pages a file has, and which one it has measured, also after a restart', async () => {
    const dataDir = createFolder();
    const gateway = await startTestGateway({ dataDir });
    const page = (width: number, height: number): Promise<Buffer> =>
      sharp({ create: { width, height, channels: 3, background: '#345' } })
        .tiff({ compression: 'none' })
        .toBuffer();
    const stack = joinTiffs(await page(4, 2), await page(16, 8), await page(16, 8));
    const { status, body, id } = await gateway.upload(stack);
    expect(status).toBe(201);
    expect(body).toMatchObject({ width: 16, height: 8, mediaType: 'image/tiff', frames: 3, frame: 1 });
    const asked = `{ image(id: "${id}") { width frames frame } }`;
    const expected = { image: { width: 16, frames: 3, frame: 1 } };
    expect((await gateway.query(asked)).data).toEqual(expected);
    await gateway.close();
    const again = await startTestGateway({ dataDir });
    expect((await again.query(asked)).data).toEqual(expected);
  });

  it('refuses at once what the zoo would refuse: pixels, sides, kinds that are not read', async () => {
    const gateway = await startTestGateway();
    const tall = sharp({ create: { width: 1, height: 40_000, channels: 3, background: '#123' } });
    expect(await gateway.upload(await tall.png().toBuffer())).toMatchObject({
      status: 413,
      body: errorOf('IMAGE_TOO_LARGE', /at most 32768 pixels a side; this one has 40000/),
    });
    const wide = sharp({ create: { width: 8000, height: 8000, channels: 3, background: '#123' } });
    expect(await gateway.upload(await wide.webp({ lossless: true }).toBuffer())).toMatchObject({
      status: 413,
      body: errorOf('IMAGE_TOO_LARGE', /at most 50000000 pixels/),
    });
    const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xc1, 0, 11, 12, 0, 20, 0, 30, 1, 1, 0x11, 0, 0xff, 0xda]);
    expect(await gateway.upload(jpeg)).toMatchObject({
      status: 415,
      body: errorOf('UNSUPPORTED_FORMAT', /a JPEG of 12 bits, which is not read here. Save it/),
    });
  });

  it.each([
    ['nothing', () => '', 400, errorOf('INVALID_IMAGE', /empty/)],
    ['text', () => 'hello there', 400, errorOf('INVALID_IMAGE', /does not begin like an image/)],
    ['an SVG', () => '<svg xmlns="http://www.w3.org/2000/svg"/>', 415, errorOf('UNSUPPORTED_FORMAT', /SVG/)],
    [
      'a PNG cut off in its header',
      async () => (await drawPng()).subarray(0, 20),
      400,
      errorOf('INVALID_IMAGE', /cut off/),
    ],
    [
      'a form',
      () => {
        const form = new FormData();
        form.set('file', new Blob(['x']));
        return form;
      },
      415,
      errorOf('UNSUPPORTED_FORMAT', /--data-binary/),
    ],
  ])('refuses %s', async (_what, draw, status, body) => {
    const dataDir = createFolder();
    const gateway = await startTestGateway({ dataDir });
    const reply = await gateway.upload(await draw());
    expect(reply.body).toMatchObject(body);
    expect(reply.status).toBe(status);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it.each([
    ['with its length said', { maxImageBytes: 1000 }, (bytes: Buffer): RequestInit['body'] => bytes],
    ['in chunks', { maxImageBytes: 1000 }, (bytes: Buffer): RequestInit['body'] => new Blob([bytes]).stream()],
    ['for the whole store', { maxStoredBytes: 1000 }, (bytes: Buffer): RequestInit['body'] => bytes],
  ])('refuses a file that is too large, %s', async (_how, settings, toBody) => {
    const gateway = await startTestGateway(settings);
    const response = await fetch(new URL('images', gateway.url), {
      method: 'POST',
      body: toBody(Buffer.alloc(1800, 7))!,
      ...{ duplex: 'half' },
    });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject(errorOf('IMAGE_TOO_LARGE', /at most 1000 bytes/));
  });

  it('refuses a file that says that it is too large before any of it comes', async () => {
    const gateway = await startTestGateway({ maxImageBytes: 1000 });
    const socket = await openSocket(gateway.url);
    socket.write('POST /images HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1001\r\n\r\n');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 .*"code":"IMAGE_TOO_LARGE"/s);
    socket.destroy();
  });

  it('tells of --data-binary where curl has changed the file', async () => {
    const gateway = await startTestGateway();
    const png = await drawPng();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await gateway.upload(png, type)).status).toBe(201);
    const asCurl = png.filter((byte) => byte !== 0 && byte !== 0x0a && byte !== 0x0d);
    const refused = errorOf('INVALID_IMAGE', /not begin like an image.* With curl use --data-binary @FILE/);
    expect(await gateway.upload(asCurl, type)).toMatchObject({ status: 400, body: refused });
  });

  it('tells that a Content-Encoding is not undone', async () => {
    const gateway = await startTestGateway();
    const reply = await gateway.upload(gzipSync(await drawPng()), { 'content-encoding': 'gzip' });
    expect(reply.status).toBe(415);
    expect(reply.body).toMatchObject({
      error: { code: 'UNSUPPORTED_FORMAT', message: expect.stringContaining('send the file as it is') as string },
    });
  });

  it('tells why also a client that sends all before it reads, and wants the connection closed', async () => {
    const gateway = await startTestGateway();
    const socket = (await openSocket(gateway.url)).pause();
    const body = Buffer.alloc(30e6);
    const headers = { connection: 'close', 'content-type': 'multipart/form-data; boundary=b' };
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.write(requestOf('POST /images', headers, body), () => resolve());
    });
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 415 .*"code":"UNSUPPORTED_FORMAT"/s);
  });

  it('cuts the connection of who goes on and on', async () => {
    const gateway = await startTestGateway({ maxImageBytes: 1000 });
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
    });
    const reply = fetch(new URL('images', gateway.url), { method: 'POST', body: endless, ...{ duplex: 'half' } });
    const outcome = await reply.then(
      ({ status }) => status,
      () => 'cut off',
    ); // whichever the client notices first
    expect([413, 'cut off']).toContain(outcome);
    await expect.poll(gateway.log).toContain('"status":413');
  });

  it('is refused as BUSY where as many run as may', async () => {
    const gateway = await startTestGateway({ maxUploadsAtOnce: 1 });
    const slow = new TransformStream<Uint8Array, Uint8Array>();
    const first = fetch(new URL('images', gateway.url), { method: 'POST', body: slow.readable, ...{ duplex: 'half' } });
    const writer = slow.writable.getWriter();
    const png = await drawPng();
    await writer.write(png.subarray(0, 20));
    await expect.poll(async () => (await gateway.upload(png)).status).toBe(503);
    await writer.write(png.subarray(20));
    await writer.close();
    expect((await first).status).toBe(201);
  });

  it.each([
    ['a small one', 1000, 0],
    ['a large one', 1_500_000, 1],
  ])('leaves nothing behind of an upload that breaks off, %s', async (_, bytes, files) => {
    const dataDir = createFolder();
    const gateway = await startTestGateway({ dataDir, maxUploadsAtOnce: 1 });
    const controller = new AbortController();
    const half = new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(bytes)) });
    const reply = fetch(new URL('images', gateway.url), {
      method: 'POST',
      body: half,
      signal: controller.signal,
      ...{ duplex: 'half' },
    });
    const other = async () => (await gateway.upload(Buffer.from('no image'))).status;
    await expect.poll(other).toBe(503); // it is being received
    await expect.poll(() => readdir(dataDir)).toHaveLength(files);
    controller.abort();
    await expect(reply).rejects.toThrow('aborted');
    await expect.poll(other).not.toBe(503);
    await expect.poll(() => readdir(dataDir)).toEqual([]);
    const faults = gateway
      .log()
      .split('\n')
      .filter((line) => line.includes('"level":50'));
    expect(faults.filter((line) => !line.includes('"code":"BUSY"'))).toEqual([]);
  });

  it('refuses an upload that a page of another site makes a browser send', async () => {
    const gateway = await startTestGateway();
    const reply = await gateway.upload(await drawPng(), { 'sec-fetch-site': 'cross-site' });
    expect(reply.status).toBe(403);
  });
});
