import { describe, expect, it } from 'vitest';
import { createFakeZoo } from '../fake-zoo.js';
import { requestOf, sendRaw } from '../send-raw.js';
import { hasNginx, startNginx } from './start-nginx.js';
import { drawPng, startTestGateway } from '../start-test-gateway.js';

const HOST = { host: 'zoo.example.org' };
const JSON_TYPE = { ...HOST, 'content-type': 'application/json' };
/** As the documentation says. */
const SETTINGS = { trustProxy: ['loopback'], allowedHosts: ['zoo.example.org'] };

if (!hasNginx) process.stderr.write('The example of nginx is not tested: there is no nginx here.\n');

async function start() {
  const zoo = createFakeZoo();
  const gateway = await startTestGateway(SETTINGS, zoo);
  const url = await startNginx(gateway.url);
  const { id } = await gateway.upload(await drawPng());
  const query = JSON.stringify({
    query: `{ image(id: "${id}") { analyze(heads: [{ id: "organs" }]) { __typename } } }`,
  });
  return { zoo, gateway, url, id, query };
}

describe.skipIf(!hasNginx)('a gateway behind nginx, set up as docs/operating.md says', () => {
  it('takes uploads and questions, and links to itself', async () => {
    const { url, zoo, query } = await start();
    const upload = await sendRaw(url, requestOf('POST /images', HOST, await drawPng(1)));
    expect(upload.status).toBe(201);
    const answer = await sendRaw(url, requestOf('POST /graphql', JSON_TYPE, query));
    expect(answer.text).toContain('SegmentationAnswer');
    expect(zoo.calls).toHaveLength(1);
    const page = await sendRaw(url, requestOf('GET /', HOST));
    expect(page.text).toMatch(/https?:\/\/zoo\.example\.org\/images/);
    expect(page.text).not.toContain('127.0.0.1');
  });

  it('knows its callers by their own addresses, not by what they say', async () => {
    const { url, zoo, query } = await start();
    const spoofed = { ...JSON_TYPE, 'x-forwarded-for': '6.6.6.6', 'x-forwarded-host': 'evil.example' };
    expect((await sendRaw(url, requestOf('POST /graphql', spoofed, query))).status).toBe(200);
    expect(zoo.calls.map(({ options }) => options.caller)).toEqual(['127.0.0.1']);
  });

  it('is asked under its own name only, and shows the inside to nobody', async () => {
    const { url } = await start();
    expect((await sendRaw(url, requestOf('GET /', { host: 'evil.example' }))).status).toBe(421);
    for (const path of ['/metrics', '/ready', '/health'])
      expect((await sendRaw(url, requestOf(`GET ${path}`, HOST))).status).toBe(403);
  });

  it('tells pages of other origins by the port as well', async () => {
    const { url } = await start();
    const host = 'zoo.example.org:8443';
    const png = await drawPng(1);
    const ask = async (origin: string) => (await sendRaw(url, requestOf('POST /images', { host, origin }, png))).status;
    expect(await ask('https://zoo.example.org:8443')).toBe(201);
    expect(await ask('https://zoo.example.org:9999')).toBe(403);
  });
});
