import type { ZooRuntime } from '@medzoo/core';
import { describe, expect, it } from 'vitest';
import { createFakeZoo, RUNTIME } from '../fake-zoo.js';
import { drawPng, startTestGateway } from '../start-test-gateway.js';

const ANALYZE = `query ($id: ID!) { image(id: $id) { analyze(heads: [{ id: "organs" }]) { __typename } } }`;

describe('what operators see', () => {
  it('is one line a request, with the route and never its contents', async () => {
    const gateway = await startTestGateway();
    const { id } = await gateway.upload(await drawPng(), { 'content-disposition': 'filename=DOE^JANE.png' });
    await gateway.get(`/images/${id}?patient=DOE`);
    await gateway.query(ANALYZE, { id, patient: 'DOE^JANE' });
    await gateway.get(
      `/images/${id}/heads/organs/masks/left.png?params=${Buffer.from('{"threshold":2}').toString('base64url')}`,
    );
    await gateway.get('/DOE');
    const linesOf = (message: string) =>
      gateway
        .log()
        .split('\n')
        .filter((line) => line.includes(`"msg":"${message}"`));
    await expect.poll(() => linesOf('request').length).toBe(5);
    const lines = linesOf('request').map((line) => JSON.parse(line) as object);
    expect(linesOf('request arrived').map((line) => JSON.parse(line) as object)).toMatchObject([
      { method: 'POST', bytes: expect.any(Number) as number },
      { method: 'GET', image: id.slice(0, 8) },
      { method: 'POST' },
      { method: 'GET' },
      { method: 'GET' },
    ]);
    const image = id.slice(0, 8);
    expect(lines).toMatchObject([
      { method: 'POST', route: '/images', status: 201 },
      { method: 'GET', route: '/images/:id', status: 200, image },
      { method: 'POST', route: '/graphql', status: 200, ms: expect.any(Number) as number },
      { route: '/images/:id/heads/:head/masks/:label.png', status: 400, image },
      { route: 'none', status: 404 },
    ]);
    for (const secret of ['DOE', id, 'threshold', 'analyze']) expect(gateway.log()).not.toContain(secret);
  });

  it('counts requests, runs, stages and bytes', async () => {
    const gateway = await startTestGateway();
    const png = await drawPng();
    const { id } = await gateway.upload(png);
    await gateway.query(ANALYZE, { id });
    const text = await (await gateway.get('/metrics')).text();
    expect(text).toContain('medzoo_http_request_seconds_count{method="POST",route="/images",status="201"} 1');
    expect(text).toContain('medzoo_stage_seconds_count{stage="encode"} 1');
    expect(text).toContain('medzoo_embeddings_total{source="run"} 1');
    expect(text).toContain(`medzoo_stored_image_bytes ${png.length}`);
    expect(text).toContain('medzoo_zoo_exits_total 0');
  });
});

describe('the pages for people', () => {
  it('come from this gateway alone, and run nothing they should not', async () => {
    const gateway = await startTestGateway({ trustProxy: ['loopback'], allowedHosts: ['zoo.example.org'] });
    const landing = await gateway.get('/');
    expect(await landing.text()).toContain('organs');
    expect(landing.headers.get('content-security-policy')).toContain("default-src 'none'");
    const proxied = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'zoo.example.org' };
    expect(await (await gateway.get('/', proxied)).text()).toContain('https://zoo.example.org/images');
    const editor = await gateway.get('/graphql', { accept: 'text/html' });
    const html = await editor.text();
    expect(editor.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
    const paths = [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map(([, path]) => `/altair/${path!}`);
    expect(paths.length).toBeGreaterThan(3);
    for (const path of paths) {
      const response = await gateway.get(path);
      await response.arrayBuffer();
      expect(`${response.status} ${path}`).toBe(`200 ${path}`);
    }
    expect(await (await gateway.get('/altair/initial_options.js')).text()).toContain('diagnosis');
    const words = await (await gateway.get('/altair/assets/i18n/en-US.json')).text();
    expect(words).toContain('"SEND_REQUEST_BUTTON":"Send Request"');
    expect(words).toContain('the answer will be here');
    expect(words).not.toContain('Ezio'); // Altair's own greeting
  });

  it('are left out, with introspection, where a gateway is not to be explored', async () => {
    const gateway = await startTestGateway({ explore: false });
    expect((await gateway.get('/')).status).toBe(404);
    expect(await (await gateway.get('/graphql', { accept: 'text/html' })).text()).not.toContain('<html');
    expect(await gateway.query('{ __schema { queryType { name } } }')).toMatchObject({ status: 400 });
  });

  it('have example queries that answer', async () => {
    const { exampleQueries } = await import('../../src/page/example-queries.js');
    const zoo = createFakeZoo();
    const gateway = await startTestGateway({}, zoo);
    const { id } = await gateway.upload(await drawPng());
    for (const { query, variables } of exampleQueries(zoo.heads, gateway.url)) {
      const reply = await gateway.query(query, { ...(JSON.parse(variables) as object), id });
      expect(reply.errors).toBeUndefined();
    }
  });
});

describe('the state of the zoo', () => {
  const [process] = RUNTIME.processes;
  const stateOf = (...states: readonly ('up' | 'starting')[]): ZooRuntime => ({
    ...RUNTIME,
    state: states.includes('starting') ? 'degraded' : 'ready',
    ...(states.includes('starting') && { reason: 'Some processes ended.' }),
    processes: states.map((state) => ({ ...process!, state })),
  });
  const degraded = { status: 'degraded', reason: 'Some processes ended.' };

  it.each([
    [stateOf('up', 'up'), 200, { status: 'ready' }],
    [stateOf('up', 'starting'), 200, degraded],
    [stateOf('starting'), 503, degraded],
  ])('is told by /ready and /health: case %#', async (runtime, status, report) => {
    const gateway = await startTestGateway({}, createFakeZoo(undefined, runtime));
    const ready = await gateway.get('/ready');
    expect(ready.status).toBe(status);
    expect(await ready.json()).toEqual(report);
    const health = await gateway.get('/health');
    expect(health.status).toBe(200);
    expect(await health.json()).toEqual({ status: 'live', zoo: report });
    expect(await (await gateway.get('/metrics')).text()).toContain(
      `medzoo_zoo_processes_up ${runtime.processes.filter(({ state }) => state === 'up').length}\n`,
    );
  });
});
