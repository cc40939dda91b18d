import type { ZooRuntime } from '@medzoo/core';
import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createFakeZoo, RUNTIME, type FakeCall } from './fake-zoo.js';
import { drawPng, startTestGateway } from './start-test-gateway.js';

const ANALYZE = `query ($id: ID!) { image(id: $id) { analyze(heads: [{ id: "organs" }]) { __typename } } }`;

/** A zoo that answers when told to, and tells when it was asked. */
function createSlowZoo() {
  const events = new EventEmitter<{ asked: [FakeCall]; go: [] }>();
  const zoo = createFakeZoo(async (call) => {
    events.emit('asked', call);
    await once(events, 'go');
  });
  const asked = once(events, 'asked').then(([call]) => call as FakeCall);
  return { zoo, asked, go: () => events.emit('go') };
}

describe('the life of a request', () => {
  it('ends for the zoo when the client hangs up', async () => {
    const { zoo, asked, go } = createSlowZoo();
    const gateway = await startTestGateway({}, zoo);
    const { id } = await gateway.upload(await drawPng());
    const controller = new AbortController();
    const reply = fetch(new URL('graphql', gateway.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: ANALYZE, variables: { id } }),
      signal: controller.signal,
    });
    const { options } = await asked;
    const aborted = new Promise((resolve) => options.signal!.addEventListener('abort', resolve));
    controller.abort();
    await expect(reply).rejects.toThrow('aborted');
    await aborted;
    go();
    await expect.poll(gateway.log).toContain('"aborted":true');
    expect(gateway.log()).not.toContain('"level":50');
  });

  it('is refused as BUSY where as many run as may', async () => {
    const { zoo, asked, go } = createSlowZoo();
    const gateway = await startTestGateway({ maxAnalysesAtOnce: 1 }, zoo);
    const { id } = await gateway.upload(await drawPng());
    const first = gateway.query(ANALYZE, { id });
    await asked;
    expect(await gateway.query(ANALYZE, { id })).toMatchObject({
      status: 503,
      errors: [{ extensions: { code: 'BUSY', retryable: true } }],
    });
    go();
    expect(await first).toMatchObject({ status: 200, data: { image: {} } });
  });

  it('of a person is taken however much batch work runs, as long as there is a place among those of persons', async () => {
    const { zoo, asked, go } = createSlowZoo();
    const gateway = await startTestGateway({ maxAnalysesAtOnce: 1 }, zoo);
    const { id } = await gateway.upload(await drawPng());
    const batch = ANALYZE.replace('analyze(', 'analyze(priority: BATCH, ');
    const first = gateway.query(batch, { id });
    await asked;
    const busy = { status: 503, errors: [{ extensions: { code: 'BUSY' } }] };
    expect(await gateway.query(batch, { id })).toMatchObject(busy);
    const urgent = [gateway.query(ANALYZE, { id }), gateway.query(ANALYZE, { id })];
    expect(await Promise.race(urgent)).toMatchObject(busy);
    await expect.poll(() => zoo.calls.length).toBe(2);
    go();
    const replies = await Promise.all([first, ...urgent]);
    expect(replies.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 503]);
  });

  it('carries the deadline', async () => {
    const zoo = createFakeZoo();
    const gateway = await startTestGateway({ deadlineMs: 1234 }, zoo);
    const { id } = await gateway.upload(await drawPng());
    await gateway.query(ANALYZE, { id });
    expect(zoo.calls[0]?.options.deadlineMs).toBe(1234);
  });

  it('is not mixed up with others that run at once', async () => {
    const gateway = await startTestGateway();
    const uploads = await Promise.all(
      Array.from({ length: 8 }, async (_, seed) => gateway.upload(await drawPng(seed, 5 + seed, 4))),
    );
    const query = `query ($id: ID!, $params: JSONObject!) {
      image(id: $id) { id width analyze(heads: [{ id: "organs", params: $params }]) { ... on SegmentationAnswer { masks { threshold url } } } }
    }`;
    const replies = await Promise.all(
      uploads.map(({ id }, index) =>
        gateway.query<{ image: object }>(query, { id, params: { threshold: index / 10 } }),
      ),
    );
    replies.forEach(({ data }, index) => {
      const { id } = uploads[index]!;
      const mask = { threshold: index / 10, url: expect.stringContaining(id) as string };
      expect(data?.image).toMatchObject({ id, width: 5 + index, analyze: [{ masks: [mask, mask] }] });
    });
  });

  it('may finish while the gateway closes, and none is taken after', async () => {
    const { zoo, asked, go } = createSlowZoo();
    const gateway = await startTestGateway({}, zoo);
    const { id } = await gateway.upload(await drawPng());
    const running = gateway.query(ANALYZE, { id });
    await asked;
    const closed = gateway.close();
    await expect.poll(() => gateway.get('/health').then(String, String)).toContain('fetch failed');
    go();
    expect(await running).toMatchObject({ status: 200, data: { image: { analyze: [{}] } } });
    await closed;
  });

  it('is aborted if it does not finish in time while the gateway closes', async () => {
    const { zoo, asked, go } = createSlowZoo();
    const gateway = await startTestGateway({ graceMs: 100 }, zoo);
    const { id } = await gateway.upload(await drawPng());
    const running = gateway.query(ANALYZE, { id });
    const { options } = await asked;
    await Promise.all([gateway.close(), expect(running).rejects.toThrow()]);
    expect(options.signal?.aborted).toBe(true);
    go();
  });
});

describe('two gateways in one program', () => {
  it('share neither images nor zoos nor metrics', async () => {
    const [zooA, zooB] = [createFakeZoo(), createFakeZoo()];
    const [a, b] = [await startTestGateway({}, zooA), await startTestGateway({}, zooB)];
    const { id } = await a.upload(await drawPng());
    await a.query(ANALYZE, { id });
    expect((await b.get(`/images/${id}`)).status).toBe(404);
    expect(zooB.calls).toEqual([]);
    expect(await (await a.get('/metrics')).text()).toContain('medzoo_head_runs_total{head="organs",outcome="ok"} 1');
    expect(await (await b.get('/metrics')).text()).not.toContain('medzoo_head_runs_total{');
  });
});

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
    const { exampleQueries } = await import('../src/page/example-queries.js');
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
