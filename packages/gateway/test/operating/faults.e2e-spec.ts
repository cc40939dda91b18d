import { ZooError } from '@medzoo/core';
import { describe, expect, it } from 'vitest';
import { createFakeZoo } from '../fake-zoo.js';
import { drawPng, startTestGateway } from '../start-test-gateway.js';

const ANALYZE = `query ($id: ID!, $heads: [HeadRequest!]!) { image(id: $id) { analyze(heads: $heads) { __typename } } }`;

describe("a caller's fault is told in full", () => {
  it.each([
    ['no head at all', [], 'UNKNOWN_HEAD', /No head was asked for\. There are organs, diagnosis, broken/],
    ['params that are a list', [{ id: 'organs', params: [1] }], 'BAD_USER_INPUT', /JSONObject/],
    ['params that are text', [{ id: 'organs', params: '{"threshold": 1' }], 'BAD_USER_INPUT', /JSONObject/],
    ['a head without an id', [{ params: {} }], 'BAD_USER_INPUT', /id/],
    ['too many runs', Array.from({ length: 33 }, () => ({ id: 'organs' })), 'BAD_USER_INPUT', /at most|32 times/],
  ])('%s', async (_what, heads, code, message) => {
    const gateway = await startTestGateway();
    const { id } = await gateway.upload(await drawPng());
    const { errors } = await gateway.query(ANALYZE, { id, heads });
    expect(errors).toMatchObject([{ message: expect.stringMatching(message) as string, extensions: { code } }]);
    expect(errors?.[0]?.extensions).not.toHaveProperty('stacktrace');
  });

  it.each([
    ['an unknown head', { id: 'organ' }, 'UNKNOWN_HEAD', /"organ"\. There are organs, diagnosis, broken/],
    ['an unknown head of many letters', { id: 'x'.repeat(100_000) }, 'UNKNOWN_HEAD', /"x{100}…"\. There are organs/],
    ['a head of every object', { id: '__proto__' }, 'UNKNOWN_HEAD', /"__proto__"/],
    ['a param out of range', { id: 'organs', params: { threshold: 2 } }, 'INVALID_PARAM', /from 0 to 1; got 2/],
    ['a misspelt param', { id: 'organs', params: { treshold: 0.5 } }, 'INVALID_PARAM', /Did you mean "threshold"/],
    ['a wrong option', { id: 'organs', params: { edge: 'sof' } }, 'INVALID_PARAM', /one of soft, hard/],
  ])("%s, as that head's failure beside what the others answer", async (_what, head, code, message) => {
    const zoo = createFakeZoo();
    const gateway = await startTestGateway({}, zoo);
    const { id } = await gateway.upload(await drawPng());
    const query = `query ($id: ID!, $heads: [HeadRequest!]!) { image(id: $id) { width analyze(heads: $heads) {
      __typename ... on HeadFailure { headId code message retryable }
    } } }`;
    const { data, errors } = await gateway.query(query, { id, heads: [{ id: 'organs' }, head, { id: 'diagnosis' }] });
    expect(errors).toBeUndefined();
    const failure = { __typename: 'HeadFailure', code, message: expect.stringMatching(message) as string };
    const answers = [{ __typename: 'SegmentationAnswer' }, failure, { __typename: 'ClassificationAnswer' }];
    expect(data).toMatchObject({ image: { width: 3, analyze: answers } });
    const alone = await gateway.query(query, { id, heads: [head] });
    expect(alone).toMatchObject({ data: { image: { width: 3, analyze: [failure] } } });
    expect(zoo.calls).toHaveLength(1);
    expect(JSON.stringify(alone.data).length).toBeLessThan(1000);
    expect(await (await gateway.get('/metrics')).text()).not.toContain('xxx');
  });

  it.each(['0'.repeat(64), '../../etc/passwd', ''])('an unknown image "%s", which is null', async (id) => {
    const gateway = await startTestGateway();
    const { data, errors } = await gateway.query('query ($id: ID!) { image(id: $id) { width } heads { id } }', { id });
    expect(data).toMatchObject({ image: null, heads: [{ id: 'organs' }, {}, {}] });
    expect(errors).toBeUndefined();
  });

  it.each([
    ['{ heads { id ', 400, 'GRAPHQL_PARSE_FAILED'],
    ['{ heads { name } }', 400, 'GRAPHQL_VALIDATION_FAILED'],
    [`{ ${'heads { id } '.repeat(1000)} }`, 400, 'GRAPHQL_PARSE_FAILED'],
  ])('GraphQL that is none: %.20s', async (query, status, code) => {
    const gateway = await startTestGateway();
    const reply = await gateway.query(query);
    expect(reply.status).toBe(status);
    expect(reply.errors?.[0]?.extensions.code).toBe(code);
  });

  it('a body that is no JSON, and one that is too large', async () => {
    const gateway = await startTestGateway({ maxQueryBytes: 1000 });
    const broken = await gateway.query('', {}, { body: '{"query":' });
    expect(broken).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect(broken.errors?.[0]?.message).toMatch(/must be JSON such as/);
    const large = await gateway.query('', {}, { body: JSON.stringify({ query: ' '.repeat(2000) }) });
    expect(large).toMatchObject({ status: 413, errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect(large.errors?.[0]?.message).toContain('at most 1000 bytes');
  });

  it('the same in the form of GraphQL, however its path is spelt', async () => {
    const gateway = await startTestGateway();
    const init = { method: 'POST', body: '{"query":', headers: { 'content-type': 'application/json' } };
    for (const path of ['/graphql', '/graphql/', '/GraphQL']) {
      const reply: unknown = await (await fetch(new URL(path, gateway.url), init)).json();
      expect([path, reply]).toMatchObject([path, { errors: [{ extensions: { code: 'BAD_REQUEST' } }] }]);
    }
  });

  it('a request that a browser would send for any site', async () => {
    const gateway = await startTestGateway();
    const reply = await gateway.query('', {}, { body: 'query={heads{id}}', headers: { 'content-type': 'text/plain' } });
    expect(reply.status).toBe(400);
    const asked = async (headers: Record<string, string>) => {
      const get = await gateway.get('/graphql?query={heads{id}}', { accept: 'application/json', ...headers });
      return [get.status, (await get.text()).includes('CSRF')];
    };
    const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64)' };
    expect(await asked(browser)).toEqual([400, true]); // over plain http it does not say of which site the page is
    expect(await asked({ ...browser, 'sec-fetch-site': 'none' })).toEqual([400, true]);
    expect(await asked({ ...browser, 'sec-fetch-site': 'same-origin' })).toEqual([200, false]);
    expect(await asked({ 'user-agent': 'curl/8.0' })).toEqual([200, false]);
    expect(await asked({ 'user-agent': '' })).toEqual([200, false]);
    const change = await gateway.get('/graphql?query=mutation{createSeries(images:[]){id}}', { 'user-agent': 'curl' });
    expect(change.status).toBe(405);
  });

  it('GraphQL by another method, and says by which it is asked', async () => {
    const gateway = await startTestGateway();
    const asked = async (method: string) => {
      const response = await fetch(new URL('/graphql', gateway.url), { method });
      return [response.status, response.headers.get('allow'), await response.text()];
    };
    const message = expect.stringContaining('GraphQL is asked by POST') as string;
    expect(await asked('PUT')).toEqual([405, 'GET, HEAD, POST', message]);
    expect(await asked('OPTIONS')).toEqual([204, 'GET, HEAD, POST', '']);
  });

  it('a path that leads nowhere', async () => {
    const gateway = await startTestGateway();
    const response = await gateway.get('/nowhere');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect((await gateway.get('/images/%E0%A4%A')).status).toBe(400);
  });
});

describe("a server's fault", () => {
  it('is masked, with an id under which the log tells it', async () => {
    const gateway = await startTestGateway(
      {},
      createFakeZoo(() => {
        throw new Error('Secret: connection to 10.0.0.7 refused');
      }),
    );
    const { id } = await gateway.upload(await drawPng());
    const reply = await gateway.query(ANALYZE, { id, heads: [{ id: 'organs' }] }, undefined);
    const requestId = reply.headers.get('x-request-id')!;
    expect(reply.errors).toMatchObject([
      {
        message: expect.stringContaining(requestId) as string,
        extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
      },
    ]);
    expect(JSON.stringify(reply)).not.toContain('Secret');
    const line = gateway
      .log()
      .split('\n')
      .find((entry) => entry.includes('Secret'))!;
    expect(JSON.parse(line)).toMatchObject({ requestId, level: 50 });
  });

  it.each(['BUSY', 'BACKEND_UNAVAILABLE'] as const)('that passes says so in HTTP too: %s', async (code) => {
    const gateway = await startTestGateway(
      {},
      createFakeZoo(() => {
        throw new ZooError(code, 'At most 8 images wait.');
      }),
    );
    const { id } = await gateway.upload(await drawPng());
    const reply = await gateway.query(ANALYZE, { id, heads: [{ id: 'organs' }] });
    expect(reply.status).toBe(503);
    expect(reply.headers.get('retry-after')).toBe('1');
    expect(reply.errors).toMatchObject([{ extensions: { code } }]);
    const lines = gateway.log().split('\n');
    const isLogged = (level: number) => lines.some((line) => line.includes(`"level":${level}`) && line.includes(code));
    expect([isLogged(40), isLogged(50)]).toEqual(code === 'BUSY' ? [true, false] : [false, true]);
    const picture = await gateway.get(`/images/${id}/heads/organs/masks/left.png`);
    expect(picture.status).toBe(503);
    expect(picture.headers.get('retry-after')).toBe('1');
  });

  it('that passes says when, as it was measured', async () => {
    const details = { maxPending: 8, retryAfterMs: 2300 };
    const zoo = createFakeZoo(() => {
      throw new ZooError('BUSY', 'At most 8 images wait.', { details });
    });
    const gateway = await startTestGateway({}, zoo);
    const { id } = await gateway.upload(await drawPng());
    const reply = await gateway.query(ANALYZE, { id, heads: [{ id: 'organs' }] });
    expect(reply.headers.get('retry-after')).toBe('3');
    expect(reply.errors).toMatchObject([{ extensions: { code: 'BUSY', retryable: true, details } }]);
    const picture = await gateway.get(`/images/${id}/heads/organs/masks/left.png`);
    expect(picture.headers.get('retry-after')).toBe('3');
    expect(await picture.json()).toMatchObject({ error: { code: 'BUSY', details } });
  });

  it('takes the request id of the caller, if it is a harmless one', async () => {
    const gateway = await startTestGateway();
    const idOf = async (given: string) =>
      (await gateway.get('/health', { 'x-request-id': given })).headers.get('x-request-id');
    expect(await idOf('trace-7.a_b')).toBe('trace-7.a_b');
    expect(await idOf('two words')).toMatch(/^[0-9a-f-]{36}$/);
  });
});
