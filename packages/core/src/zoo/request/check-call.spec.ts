import { describe, expect, it, vi } from 'vitest';
import type { Zoo } from '../../contract/index.js';
import { createFakeBackend } from '../../testing/fake-backend.js';
import { testClasses, testMasks } from '../../testing/test-heads.js';
import { createTestImage } from '../../testing/test-image.js';
import { checkCall } from './check-call.js';
import { toPlainRequests } from './check-requests.js';
import { createZoo } from '../create-zoo.js';

const heads = [testMasks, testClasses] as const;
const image = await createTestImage();
const create = () => createZoo({ heads, backend: createFakeBackend() });
/** As a caller without TypeScript has it. */
const ask = (zoo: Zoo<typeof heads>, ...given: unknown[]) =>
  (zoo.analyze as (...given: unknown[]) => Promise<Record<string, unknown>>)(...given);

/** As reactive frameworks make them: a Proxy around each object, however deep. */
function reactive<T extends object>(target: T): T {
  return new Proxy(target, {
    get(object, key, receiver) {
      const value: unknown = Reflect.get(object, key, receiver);
      return typeof value === 'object' && value !== null ? reactive(value) : value;
    },
  });
}

describe('a request of a reactive framework', () => {
  it('is answered as a plain one', async () => {
    const zoo = await create();
    const requests = { 'test-masks': { threshold: 0.3, targets: ['left'], points: [{ x: 1, y: 2 }] } };
    const options = { encodings: ['png'], deadlineMs: 60_000, signal: new AbortController().signal };
    const plain = await ask(zoo, image, requests, options);
    const proxied = await ask(zoo, image, reactive(requests), reactive({ ...options, signal: undefined }));
    expect(proxied['test-masks']).toMatchObject({ ok: true, provenance: { cached: true } });
    expect((proxied['test-masks'] as { value: unknown }).value).toEqual(
      (plain['test-masks'] as { value: unknown }).value,
    );
  });

  it('is plain data that a message can hold, once it is checked', () => {
    class Params {
      readonly threshold = 0.4;
      get targets() {
        return ['right'];
      }
    }
    class Options {
      get priority() {
        return ['batch'].join('');
      }
    }
    const given = [image, reactive({ 'test-masks': new Params(), 'test-classes': {} }), new Options()] as const;
    const { asked, options } = checkCall(heads, given);
    const requests = toPlainRequests(asked);
    expect(structuredClone({ requests, options })).toEqual({
      requests: { 'test-masks': { threshold: 0.4, targets: ['right'] }, 'test-classes': {} },
      options: { priority: 'batch' },
    });
    expect(toPlainRequests(checkCall(heads, [image, requests]).asked)).toEqual(requests);
  });
});

/** Nesting of so many levels, which a check that recurses would run out of stack on. */
function nest(levels: number): unknown {
  let nested: unknown = [];
  for (let level = 0; level < levels; level += 1) nested = level % 2 ? [nested] : { nested };
  return nested;
}

const throwing = {
  get threshold(): number {
    throw new Error('no such signal '.repeat(1000));
  },
};
const circular: Record<string, unknown> = {};
circular.circular = circular;

/** Their entries are no fields: read as params they would say nothing, and defaults would hold without a word. */
const CONTAINERS = [
  new Map([['threshold', 9]]),
  new Set(['x']),
  new Date(0),
  [1],
  Promise.resolve({}),
  new Uint8Array(2),
];

describe('a request that cannot be', () => {
  const long = 'x'.repeat(200_000);
  it.each<[string, unknown, unknown?]>([
    ['the same label 10,000 times', { 'test-masks': { targets: Array.from({ length: 10_000 }, () => 'left') } }],
    ['a label twice', { 'test-masks': { targets: ['left', 'left'] } }],
    ['8,000 points', { 'test-masks': { points: Array.from({ length: 8000 }, () => ({ x: 1, y: 1 })) } }],
    ['7,000 levels in a param', { 'test-masks': { points: nest(7000) } }],
    ['7,000 levels in a point', { 'test-masks': { points: [{ x: nest(7000), y: 1 }] } }],
    ['7,000 levels as params', { 'test-masks': nest(7000) }],
    ['7,000 levels as an option', { 'test-masks': {} }, { encodings: nest(7000) }],
    ['a long label', { 'test-masks': { targets: [long] } }],
    ['a long param', { 'test-masks': { [long]: 1 } }],
    ['a long head', { [long]: {} }],
    ['a long option', { 'test-masks': {} }, { [long]: 1 }],
    ['10,000 encodings', { 'test-masks': {} }, { encodings: Array.from({ length: 10_000 }, () => 'png') }],
    ['a getter that throws', { 'test-masks': throwing }],
    ['a Proxy that was revoked', { 'test-masks': revoked() }],
    ['requests that were revoked', revoked()],
    ['options that were revoked', { 'test-masks': {} }, revoked()],
    ['a circle', { 'test-masks': { threshold: circular } }],
    ['a bigint', { 'test-masks': { threshold: 10n } }],
    ['a symbol', { 'test-masks': { threshold: Symbol('x') } }],
    ['a function', { 'test-masks': { points: [() => 1] } }],
    ...CONTAINERS.flatMap((given): [string, unknown, unknown?][] => [
      [`a ${given.constructor.name} as params`, { 'test-masks': given }],
      [`a ${given.constructor.name} as requests`, given],
      [`a ${given.constructor.name} as options`, { 'test-masks': {} }, given],
    ]),
    ['a function as params', { 'test-masks': () => ({}) }],
  ])('with %s is refused as the caller’s fault, soon and in few words', async (_, requests, options) => {
    const zoo = await create();
    const startedAt = performance.now();
    const error = await ask(zoo, image, requests, ...(options === undefined ? [] : [options])).catch(
      (caught: unknown) => caught,
    );
    expect(performance.now() - startedAt).toBeLessThan(1000); // milliseconds; the bound is for a busy machine
    expect(error).toMatchObject({ name: 'ZooError', blame: 'caller' });
    expect((error as Error).message.length).toBeLessThan(600);
    expect(JSON.stringify(error).length).toBeLessThan(2000);
    await zoo.close();
  });

  it.each<[string, unknown]>([
    ['a Proxy of bytes', new Proxy(new Uint8Array(3), {})],
    ['a list of bytes', [1, 2, 3]],
    ['an ArrayBuffer', new ArrayBuffer(3)],
  ])('of %s is INVALID_IMAGE', async (_, bytes) => {
    await expect(ask(await create(), bytes, { 'test-masks': {} })).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

describe('bytes that their owner goes on to use', () => {
  it('are answered as they were when they were given, and nothing else is kept under their digest', async () => {
    const other = await createTestImage({ seed: 5, width: 45, height: 31 });
    const expected = await ask(await create(), image, { 'test-masks': {} });
    const zoo = await create();
    const buffer = new Uint8Array(Math.max(image.length, other.length));
    buffer.set(image);
    const reused = ask(zoo, buffer.subarray(0, image.length), { 'test-masks': {} });
    buffer.fill(0);
    buffer.set(other);
    const answers = [await reused, await ask(zoo, image, { 'test-masks': {} })];
    for (const answer of answers) {
      expect(answer).toMatchObject({ 'test-masks': { provenance: { image: { width: 30, height: 20 } } } });
      expect(answer['test-masks']).toMatchObject({ value: (expected['test-masks'] as { value: object }).value });
    }
  });

  it('may lie in shared memory, also more of them than are hashed at once', async () => {
    const large = await createTestImage({ width: 500, height: 400 });
    const padded = new Uint8Array(new SharedArrayBuffer(300_000 + large.length)); // what follows a PNG is not read
    padded.set(large);
    expect(await ask(await create(), padded, { 'test-masks': {} })).toMatchObject({ 'test-masks': { ok: true } });
  });
});

describe('what a zoo gives', () => {
  interface Writable {
    value: { scores: { probability: number }[] };
    provenance: { preprocess: { mean: number[] } };
  }

  it('is the asker’s own: writing into it changes nothing for others', async () => {
    const zoo = await create();
    const again = async () => (await ask(zoo, image, { 'test-classes': {} }))['test-classes'] as Writable;
    const [first, kept] = [await again(), structuredClone(await again())];
    first.provenance.preprocess.mean[0] = -1;
    first.value.scores[0]!.probability = 7;
    const other = await ask(zoo, await createTestImage({ seed: 3 }), { 'test-classes': {} });
    expect(other).toMatchObject({ 'test-classes': { provenance: { preprocess: { mean: [128, 128, 128] } } } });
    expect((await again()).value).toEqual(kept.value);
    expect(zoo.heads[1].encoder.trained.preprocess.mean).toEqual([128, 128, 128]);
    const { mean } = zoo.heads[0].encoder.trained.preprocess;
    expect(() => ((mean as number[])[0] = -1)).toThrow(TypeError);
    expect(() => Object.assign(zoo.heads[0].manifest.params.threshold, { max: 9 })).toThrow(TypeError);
    expect(() => Object.assign(zoo.limits, { maxBytes: 1 })).toThrow(TypeError);
  });

  it('follows nothing that is done to a head afterwards', async () => {
    const trained = structuredClone(testClasses.trained) as unknown as { labels: string[]; version: string };
    const zoo = await createZoo({
      heads: [{ ...testClasses, trained: trained as never }],
      backend: createFakeBackend(),
    });
    trained.labels[0] = 'other';
    trained.version = '9';
    const answer = await zoo.analyze(image, { 'test-classes': {} });
    expect(answer['test-classes']).toMatchObject({ ok: true, provenance: { head: { version: '1.0.0' } } });
  });
});

describe('a listener that fails', () => {
  it('late, as an async one does, harms no call and is told of once', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const observer = () => Promise.reject(new Error('metrics are down')) as never;
    const zoo = await createZoo({ heads, backend: createFakeBackend(), observer });
    const onRun = () => {
      throw new Error('onRun is down');
    };
    const both = await Promise.all([
      ask(zoo, image, { 'test-classes': {} }, { onRun }),
      ask(zoo, await createTestImage({ seed: 2 }), { 'test-masks': {} }),
    ]);
    expect(both).toMatchObject([{ 'test-classes': { ok: true } }, { 'test-masks': { ok: true } }]);
    await zoo.close();
    expect(warn.mock.calls.map(([warning]) => String(warning).split(': ')[1])).toEqual(
      expect.arrayContaining(['metrics are down', 'onRun is down']),
    );
    expect(warn).toHaveBeenCalledTimes(2);
    warn.mockRestore();
  });
});
