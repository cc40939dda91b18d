import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { createLogger, startGateway } from '../../src/index.js';
import { createFakeZoo } from '../fake-zoo.js';
import { requestOf, sendRaw } from '../send-raw.js';
import { drawPng, startTestGateway } from '../start-test-gateway.js';

const QUERY = JSON.stringify({ query: '{ heads { id } }' });
const JSON_TYPE = { 'content-type': 'application/json' };
const BOUNDARY = 'b';
const FORM_TYPE = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };

function formOf(png: Uint8Array): Uint8Array {
  const query = 'mutation ($file: Upload!) { uploadImage(file: $file) { id } }';
  const field = (name: string, value: object): string =>
    `--${BOUNDARY}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${JSON.stringify(value)}\r\n`;
  const file = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="0"; filename="f"\r\n\r\n`;
  return Buffer.concat([
    Buffer.from(
      field('operations', { query, variables: { file: null } }) + field('map', { 0: ['variables.file'] }) + file,
    ),
    png,
    Buffer.from(`\r\n--${BOUNDARY}--\r\n`),
  ]);
}

describe('the Host of a request', () => {
  it.each([
    ['localhost', 200],
    ['LOCALHOST:4000', 200],
    ['127.0.0.1:1', 200],
    ['[::1]', 200],
    ['app.localhost', 200],
    ['zoo.example.org', 200],
    ['ZOO.example.org:8080', 200],
    ['evil.example', 421],
    ['zoo.example.org.evil.example', 421],
    ['localhost.evil.example', 421],
    ['10.1.2.3', 421],
    ['zoo.example.org@evil.example', 421],
    ['', 421],
  ])('may be %j: %i', async (host, status) => {
    const gateway = await startTestGateway({ allowedHosts: ['zoo.example.org'] });
    const reply = await sendRaw(gateway.url, requestOf('POST /graphql', { ...JSON_TYPE, host }, QUERY));
    expect(reply.status).toBe(status);
    if (status === 421) expect(reply.text).toContain('HOST_NOT_ALLOWED');
  });

  it('is of no matter to who asks whether the gateway lives', async () => {
    const gateway = await startTestGateway();
    for (const path of ['/health', '/ready'])
      expect((await sendRaw(gateway.url, requestOf(`GET ${path}`, { host: '10.1.2.3' }))).status).toBe(200);
    expect((await sendRaw(gateway.url, 'GET /health HTTP/1.0\r\n\r\n')).status).toBe(200);
    expect((await sendRaw(gateway.url, 'GET /metrics HTTP/1.0\r\n\r\n')).status).toBe(421);
  });

  it('may be any where that is wanted', async () => {
    const gateway = await startTestGateway({ allowedHosts: ['*'] });
    expect((await sendRaw(gateway.url, requestOf('GET /', { host: 'evil.example' }))).status).toBe(200);
  });

  it('may be the address that the connection came to', async () => {
    const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    const address = own.find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
    if (address === undefined) return; // a machine without a network
    const logger = createLogger({ level: 'silent' });
    const running = await startGateway(createFakeZoo(), { port: 0, host: '0.0.0.0', logger });
    const url = running.url.replace('0.0.0.0', address);
    expect((await sendRaw(url, requestOf('GET /', { host: address }))).status).toBe(200);
    expect((await sendRaw(url, requestOf('GET /', { host: 'evil.example' }))).status).toBe(421);
    await running.close();
  });

  it('is not what a client says in the name of a proxy', async () => {
    const spoofed = { host: 'evil.example', 'x-forwarded-host': 'localhost' };
    for (const trustProxy of [false, ['loopback']] as const) {
      const gateway = await startTestGateway({ trustProxy });
      expect((await sendRaw(gateway.url, requestOf('GET /', spoofed))).status).toBe(421);
    }
    const gateway = await startTestGateway({ trustProxy: ['loopback'] });
    const other = { host: 'localhost', 'x-forwarded-host': 'evil.example' };
    expect((await sendRaw(gateway.url, requestOf('GET /', other))).status).toBe(421);
  });
});

describe('a page of another origin', () => {
  const host = 'localhost:4000';
  it.each<[string, Record<string, string>, number]>([
    ['says so itself', { 'sec-fetch-site': 'cross-site' }, 403],
    ['is of the same site', { 'sec-fetch-site': 'same-site', origin: 'http://localhost:3000' }, 403],
    ['has another host, over plain http', { origin: 'http://evil.example' }, 403],
    ['has another port, over plain http', { origin: 'http://localhost:4001' }, 403],
    ['has no origin to tell', { origin: 'null' }, 403],
    ['is of the same origin', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:4000' }, 0],
    ['is of the same origin, over plain http', { origin: 'http://localhost:4000' }, 0],
    ['is of the same origin behind TLS', { origin: 'https://localhost:4000' }, 0],
    ['is no page but a program', {}, 0],
  ])('that %s: %j', async (_what, headers, status) => {
    const gateway = await startTestGateway();
    const png = await drawPng();
    const requests = [
      requestOf('POST /images', { host, ...headers }, png),
      requestOf('POST /images', { host, 'content-type': 'text/plain', ...headers }, png),
      requestOf('POST /graphql', { host, ...FORM_TYPE, ...headers }, formOf(png)),
      requestOf('POST /graphql', { host, ...JSON_TYPE, ...headers }, QUERY),
    ];
    const replies: number[] = [];
    for (const request of requests) replies.push((await sendRaw(gateway.url, request)).status);
    expect(replies).toEqual(status === 403 ? [403, 403, 403, 403] : [201, 200, 200, 200]);
  });

  it('learns nothing of an image by showing it', async () => {
    const gateway = await startTestGateway();
    const { id } = await gateway.upload(await drawPng());
    const ask = async (path: string) => {
      const { status, headers } = await gateway.get(path, {
        'sec-fetch-site': 'cross-site',
        'sec-fetch-mode': 'no-cors',
      });
      return [status, headers.get('etag')];
    };
    expect(await ask(`/images/${id}`)).toEqual(await ask(`/images/${'0'.repeat(64)}`));
    // Where browsers do not say so, they keep the picture from the page.
    for (const path of [`/images/${id}`, `/images/${id}/heads/organs/masks/left.png`, '/images/x', '/', '/metrics'])
      expect((await gateway.get(path)).headers.get('cross-origin-resource-policy')).toBe('same-origin');
  });

  it('may link here', async () => {
    const gateway = await startTestGateway();
    const visit = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await sendRaw(gateway.url, requestOf('GET /', visit))).status).toBe(200);
    expect((await sendRaw(gateway.url, requestOf('POST /images', visit, await drawPng()))).status).toBe(403);
  });
});

describe('the headers of a request', () => {
  it.each(['POST /images', 'POST /graphql', 'GET /'])(
    'have a Content-Type of at most 256 characters: %s',
    async (line) => {
      const gateway = await startTestGateway();
      const type = `multipart/form-data; ${'a=b; '.repeat(2000)}boundary=b`;
      const reply = await sendRaw(gateway.url, requestOf(line, { 'content-type': type }));
      expect(reply.status).toBe(400);
      expect(reply.text).toContain('at most 256 characters');
    },
  );
});

describe('a caller', () => {
  const callersOf = async (trustProxy: false | 1 | readonly string[]): Promise<unknown[]> => {
    const zoo = createFakeZoo();
    const gateway = await startTestGateway({ trustProxy }, zoo);
    const { id } = await gateway.upload(await drawPng());
    const query = `{ image(id: "${id}") { analyze(heads: [{ id: "organs" }]) { __typename } } }`;
    for (const given of ['10.0.0.1', '6.6.6.6, 10.0.0.2'])
      await gateway.query(
        '',
        {},
        { body: JSON.stringify({ query }), headers: { ...JSON_TYPE, 'x-forwarded-for': given } },
      );
    return zoo.calls.map(({ options }) => options.caller);
  };

  it('is who the connection is from, whatever it says', async () => {
    expect(await callersOf(false)).toEqual(['127.0.0.1', '127.0.0.1']);
  });

  it('is who a trusted proxy says, and nobody beyond that proxy', async () => {
    expect(await callersOf(['loopback'])).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(await callersOf(1)).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(await callersOf(['192.0.2.0/24'])).toEqual(['127.0.0.1', '127.0.0.1']);
  });
});

describe('a connection', () => {
  it('that sends a thousand requests at once is ended', async () => {
    const gateway = await startTestGateway();
    const one = Buffer.from(requestOf('GET /health', {}));
    const reply = await sendRaw(gateway.url, Buffer.concat(Array<Buffer>(1000).fill(one)));
    expect(reply.text.split('HTTP/1.1 ').length).toBeLessThan(20);
    expect((await gateway.get('/health')).status).toBe(200);
  });

  it('is kept longer than a proxy keeps it', async () => {
    const gateway = await startTestGateway();
    expect((await sendRaw(gateway.url, requestOf('GET /health', {}))).text).toContain('Keep-Alive: timeout=75');
  });
});
