import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createFakeZoo } from '../fake-zoo.js';
import { drawPng, startTestGateway } from '../start-test-gateway.js';

/** A zoo whose calls take a moment; it counts those that it has at once. */
function createBusyZoo() {
  const most = { atOnce: 0 };
  let running = 0;
  const zoo = createFakeZoo(async () => {
    running += 1;
    most.atOnce = Math.max(most.atOnce, running);
    await new Promise((resolve) => setTimeout(resolve, 10));
    running -= 1;
  });
  return { zoo, most };
}

const analyze = (id: string, alias: string, heads = '[{ id: "organs" }]') =>
  `${alias}: image(id: "${id}") { analyze(heads: ${heads}) { __typename } }`;

describe('a request of many analyses', () => {
  it('is answered, however few places there are', async () => {
    const { zoo, most } = createBusyZoo();
    const gateway = await startTestGateway({ maxAnalysesAtOnce: 3, maxUploadsAtOnce: 34 }, zoo);
    const ids = await Promise.all(
      Array.from({ length: 17 }, async (_, seed) => (await gateway.upload(await drawPng(seed, 5, 4))).id),
    );
    const { data, errors } = await gateway.query(`{ ${ids.map((id, index) => analyze(id, `i${index}`)).join(' ')} }`);
    expect(errors).toBeUndefined();
    expect(Object.values(data as object)).toEqual(ids.map(() => ({ analyze: [{ __typename: 'SegmentationAnswer' }] })));
    expect(most.atOnce).toBe(2);
  });

  it('asks one head with many params one after the other', async () => {
    const { zoo, most } = createBusyZoo();
    const gateway = await startTestGateway({}, zoo);
    const { id } = await gateway.upload(await drawPng());
    const heads = Array.from({ length: 32 }, (_, index) => `{ id: "organs", params: { threshold: ${index / 32} } }`);
    const { errors } = await gateway.query(`{ ${analyze(id, 'i', `[${heads.join(' ')}]`)} }`);
    expect(errors).toBeUndefined();
    expect(zoo.calls).toHaveLength(32);
    expect(most.atOnce).toBe(1);
  });

  it('leaves places to others, and ends with its client', async () => {
    const events = new EventEmitter<{ go: [] }>();
    const zoo = createFakeZoo(() => once(events, 'go'));
    const gateway = await startTestGateway({ maxAnalysesAtOnce: 7 }, zoo);
    const { id } = await gateway.upload(await drawPng());
    const params = (index: number) => `[{ id: "organs", params: { threshold: 0.${index} } }]`;
    const query = `{ ${Array.from({ length: 9 }, (_, index) => analyze(id, `i${index}`, params(index))).join(' ')} }`;
    const controller = new AbortController();
    const headers = { 'content-type': 'application/json' };
    const init = { body: JSON.stringify({ query }), headers, signal: controller.signal };
    const many = gateway.query('', {}, init);
    await expect.poll(() => zoo.calls.length).toBe(4);
    const other = gateway.query(`{ ${analyze(id, 'i')} }`);
    await expect.poll(() => zoo.calls.length).toBe(5);
    expect(await gateway.query(`{ ${analyze(id, 'i')} }`)).toMatchObject({ status: 503 });
    controller.abort();
    await expect(many).rejects.toThrow('aborted');
    await expect.poll(gateway.log).toContain('"aborted":true');
    events.emit('go');
    expect(await other).toMatchObject({ status: 200 });
    expect(zoo.calls).toHaveLength(5); // those that waited were not begun
  });
});

describe('an answer', () => {
  it('has only so many bytes', async () => {
    const gateway = await startTestGateway({ maxAnswerBytes: 2000 });
    const { id } = await gateway.upload(await drawPng());
    const ask = (count: number) =>
      gateway.query(
        `{ image(id: "${id}") { ${Array.from({ length: count }, (_, index) => `u${index}: url`).join(' ')} } }`,
      );
    expect((await ask(5)).errors).toBeUndefined();
    const { data, errors } = await ask(50);
    expect(data).toEqual({ image: null });
    expect(errors).toMatchObject([
      { message: expect.stringContaining('more than 2000 bytes') as string, extensions: { code: 'BAD_USER_INPUT' } },
    ]);
  });

  it('counts the points of polygons and the letters of run lengths', async () => {
    const gateway = await startTestGateway({ maxAnswerBytes: 1000 });
    const { id } = await gateway.upload(await drawPng());
    const masks = (fields: string) =>
      gateway.query(
        `{ image(id: "${id}") { analyze(heads: [{ id: "organs" }]) { ... on SegmentationAnswer { masks { ${fields} } } } } }`,
      );
    const rings = Array.from({ length: 12 }, (_, index) => `p${index}: polygons { exterior }`).join(' ');
    expect((await masks('polygons { exterior }')).errors).toBeUndefined();
    expect((await masks(rings)).errors?.[0]?.message).toContain('polygonTolerance');
  });

  it('would have too many values, and is refused before anything is stored or run', async () => {
    const zoo = createFakeZoo();
    const gateway = await startTestGateway({ maxAnswerValues: 100 }, zoo);
    const { id } = await gateway.upload(await drawPng());
    const heads = Array<string>(10).fill('{ id: "organs" }').join(' ');
    const fields = 'label presence quality threshold area url';
    const reply = await gateway.query(
      `{ image(id: "${id}") { analyze(heads: [${heads}]) { ... on SegmentationAnswer { masks { ${fields} } } } } }`,
    );
    expect(zoo.calls).toEqual([]);
    expect(reply).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(reply.errors?.[0]?.message).toContain('values');
  });
});
