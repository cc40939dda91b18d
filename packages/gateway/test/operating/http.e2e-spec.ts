import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createFakeZoo, type FakeCall } from '../fake-zoo.js';
import { drawPng, startTestGateway } from '../start-test-gateway.js';

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

  it('leaves a quarter of the places to other callers', async () => {
    const { zoo, go } = createSlowZoo();
    const gateway = await startTestGateway({ maxAnalysesAtOnce: 4, trustProxy: ['loopback'] }, zoo);
    const { id } = await gateway.upload(await drawPng());
    const body = JSON.stringify({ query: ANALYZE, variables: { id } });
    const ask = (from: string) => {
      return gateway.query('', {}, { body, headers: { 'content-type': 'application/json', 'x-forwarded-for': from } });
    };
    const running = [1, 2, 3].map(() => ask('10.0.0.1'));
    await expect.poll(() => zoo.calls.length).toBe(3);
    const message = '3 analyses from your address are running, as many as may. Ask again in a moment.';
    expect(await ask('10.0.0.1')).toMatchObject({ status: 503, errors: [{ message }] });
    running.push(ask('10.0.0.2'));
    await expect.poll(() => zoo.calls.length).toBe(4);
    go();
    expect((await Promise.all(running)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    const again = ask('10.0.0.1');
    await expect.poll(() => zoo.calls.length).toBe(5);
    go();
    expect(await again).toMatchObject({ status: 200 });
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

describe('caches between client and gateway', () => {
  it('are told to keep nothing but the files of the pages', async () => {
    const gateway = await startTestGateway();
    const { id, headers } = await gateway.upload(await drawPng());
    const kept = async (path: string, given = {}) => {
      const response = await gateway.get(path, given);
      await response.arrayBuffer();
      return response.headers.get('cache-control');
    };
    expect(headers.get('cache-control')).toBe('no-store');
    const query = encodeURIComponent(`{ image(id: "${id}") { width } }`);
    for (const path of [`/graphql?query=${query}`, '/graphql?query={', '/ready', '/health', '/metrics', '/nothing'])
      expect(await kept(path), path).toBe('no-store');
    expect((await gateway.query(ANALYZE, { id })).headers.get('cache-control')).toBe('no-store');
    expect(await kept('/graphql', { accept: 'text/html' })).toBe('no-store');
    expect(await kept('/')).toBe('no-cache');
    expect(await kept('/altair/main.js')).toBe('public, max-age=3600');
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
