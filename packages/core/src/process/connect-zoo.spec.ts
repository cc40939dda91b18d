import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Zoo } from '../contract/index.js';
import { testClasses, testMasks, testNan, testSlow } from '../testing/test-heads.js';
import { createTestImage } from '../testing/test-image.js';
import { createZoo } from '../zoo/create-zoo.js';
import { connectZoo } from './connect-zoo.js';

/** Starts from the build: `npm test` makes it. */
const config = new URL('../../test/test-zoo.config.mjs', import.meta.url);
const heads = [testMasks, testClasses, testSlow, testNan] as const;
/** `testSlow` computes for minutes. */
const LONG = 1e8;
const KILL_AFTER_MS = 100;

const image = await createTestImage();
const onExit = vi.fn();
let zoo: Zoo<typeof heads>;

beforeAll(async () => {
  zoo = await connectZoo<typeof heads>({ config, onExit, killAfterMs: KILL_AFTER_MS });
});
afterEach(() => onExit.mockClear());
afterAll(() => zoo.close());

const SEEDS = { exit: 2, SIGKILL: 3, SIGSEGV: 4 };

/** Asks for the head of the test config that ends its process, of an image that did no harm yet. */
async function crash(how: 'exit' | 'SIGKILL' | 'SIGSEGV') {
  const requests: unknown = { 'test-crash': { how } };
  return (zoo as Zoo).analyze(
    await createTestImage({ seed: SEEDS[how] }),
    requests as Record<string, Record<string, never>>,
  );
}

async function expectGoodAnswer() {
  expect(await zoo.analyze(image, { 'test-classes': {} })).toMatchObject({ 'test-classes': { ok: true } });
}

describe('a zoo in a process of its own', () => {
  it('answers as one in this process', async () => {
    const local = await createZoo({ heads, threads: 1 });
    const requests = { 'test-masks': { threshold: 0.45 }, 'test-classes': {}, 'test-nan': {} } as const;
    const options = { encodings: ['polygons', 'png', 'probabilities'], polygonTolerance: 2 } as const;
    const [there, here] = await Promise.all([zoo, local].map((one) => one.analyze(image, requests, options)));
    await local.close();
    expect(there?.['test-masks']).toMatchObject({ ok: true, value: { task: 'segmentation' } });
    for (const id of ['test-masks', 'test-classes'] as const) {
      expect({ ...there?.[id], provenance: null }).toEqual({ ...here?.[id], provenance: null });
    }
    expect(there?.['test-nan']).toMatchObject({ ok: false, error: { code: 'MODEL_MISMATCH', blame: 'author' } });
    expect(zoo.heads.slice(0, 4)).toEqual(local.heads);
    for (const own of [zoo.heads, zoo.limits]) expect(own).toSatisfy(Object.isFrozen);
  });

  it.each<[string, Uint8Array, Record<string, unknown>, string]>([
    ['an empty file', new Uint8Array(), { 'test-classes': {} }, 'INVALID_IMAGE'],
    ['text', Buffer.from('not an image'), { 'test-classes': {} }, 'INVALID_IMAGE'],
    ['a PNG cut short', image.subarray(0, 60), { 'test-classes': {} }, 'INVALID_IMAGE'],
    ['an SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), { 'test-classes': {} }, 'UNSUPPORTED_FORMAT'],
    ['an unknown head', image, { 'test-clases': {} }, 'UNKNOWN_HEAD'],
    ['a misspelt param', image, { 'test-masks': { treshold: 1 } }, 'INVALID_PARAM'],
    ['a point outside the image', image, { 'test-masks': { points: [{ x: 99, y: 0 }] } }, 'INVALID_PARAM'],
    ['no bytes', 'text' as never, { 'test-classes': {} }, 'INVALID_IMAGE'],
  ])('says what is wrong with %s, and answers the next', async (_, bytes, requests, code) => {
    await expect(zoo.analyze(bytes, requests as never)).rejects.toMatchObject({ name: 'ZooError', code });
    await expectGoodAnswer();
    expect(onExit).not.toHaveBeenCalled();
  });

  it('takes requests that no message can hold, and bytes that their owner goes on to use', async () => {
    const reactive = <T extends object>(target: T): T => new Proxy(target, {});
    const params = reactive({ threshold: 0.45, targets: reactive(['left']) });
    const bytes = Uint8Array.from(image);
    const answering = zoo.analyze(
      bytes,
      reactive({ 'test-masks': params }),
      reactive({ encodings: reactive(['png'] as const) }),
    );
    bytes.fill(0);
    expect(await answering).toMatchObject({ 'test-masks': { ok: true, value: { masks: [{ label: 'left' }] } } });
    const refused = zoo.analyze(image, { 'test-masks': { threshold: (() => 1) as never } });
    await expect(refused).rejects.toMatchObject({ code: 'INVALID_PARAM' });
    expect(() => ((zoo.heads[1].trained.labels as string[])[0] = 'other')).toThrow(TypeError);
    await expectGoodAnswer();
  });

  it('refuses options that are none, and requests, before any work', async () => {
    const { analyze } = zoo as unknown as { analyze: (...given: readonly unknown[]) => Promise<unknown> };
    const asked = { 'test-classes': {} };
    for (const options of [{ encodings: 'png' }, { signal: {} }, { deadlineMs: -1 }, { polygonTolerance: NaN }, null]) {
      await expect(analyze(image, asked, options)).rejects.toMatchObject({ code: 'INVALID_PARAM' });
    }
    await expect(analyze(image, null)).rejects.toMatchObject({ code: 'INVALID_PARAM' });
    expect(zoo.runtime().queue.pending).toBe(0);
  });

  it('refuses calls beyond maxPending', async () => {
    const small = await connectZoo({ config, maxPending: 1 });
    const asked = { 'test-classes': {} };
    const [first, second] = await Promise.allSettled([small.analyze(image, asked), small.analyze(image, asked)]);
    expect(first.status).toBe('fulfilled');
    expect(second).toMatchObject({ reason: { code: 'BUSY' } });
    await small.close();
  });

  it('answers proxies, as reactive frameworks make, as what they stand for', async () => {
    const reactive = new Proxy({ targets: new Proxy(['left'], {}), threshold: 0.45 }, {});
    const requests = new Proxy({ 'test-masks': reactive }, {});
    const options = { encodings: new Proxy(['png'] as const, {}) };
    const [there, here] = await Promise.all([
      zoo.analyze(image, requests, options),
      zoo.analyze(image, { 'test-masks': { targets: ['left'], threshold: 0.45 } }, { encodings: ['png'] }),
    ]);
    expect(there['test-masks']).toMatchObject({ ok: true });
    expect({ ...there['test-masks'], provenance: null }).toEqual({ ...here['test-masks'], provenance: null });
    expect(zoo.runtime().queue.pending).toBe(0);
  });

  it('says which head failed with what cannot cross, and answers the others', async () => {
    const requests: unknown = { 'test-crash': { how: 'uncloneable' }, 'test-classes': {} };
    expect(await (zoo as Zoo).analyze(image, requests as Record<string, never>)).toMatchObject({
      'test-crash': { ok: false, error: { code: 'HEAD_FAILED', details: { head: 'test-crash' } } },
      'test-classes': { ok: true },
    });
    expect(onExit).not.toHaveBeenCalled();
  });

  it('closes when its calls are answered, and takes no more', async () => {
    const closing = await connectZoo({ config });
    const call = closing.analyze(image, { 'test-classes': {} });
    await closing.close();
    expect(await call).toMatchObject({ 'test-classes': { ok: true } });
    await expect(closing.analyze(image, { 'test-classes': {} })).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
  });
});

describe('a process that ends', () => {
  it.each(['exit', 'SIGKILL', 'SIGSEGV'] as const)(
    'by %s is replaced: its call fails, others are answered',
    async (how) => {
      const innocent = zoo.analyze(image, { 'test-masks': {} });
      const guilty = crash(how);
      await expect(guilty).rejects.toMatchObject({
        code: 'INFERENCE_FAILED',
        details: how === 'exit' ? { code: 3 } : { signal: how },
      });
      expect(await innocent).toMatchObject({ 'test-masks': { ok: true } });
      await expectGoodAnswer();
      expect(onExit).toHaveBeenCalledTimes(2);
      await expect(crash(how)).rejects.toMatchObject({ code: 'IMAGE_QUARANTINED' });
      expect(onExit).toHaveBeenCalledTimes(2);
    },
  );

  it('is replaced also where nobody could be told', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockReturnValue();
    const fail = (): never => {
      throw new Error('mine');
    };
    const fails = vi.fn(fail);
    const unheard = await connectZoo({ config, standby: false, onExit: fails, onReady: fail });
    process.kill(unheard.runtime().processes[0]!.pid, 'SIGKILL');
    await vi.waitFor(() => expect(fails).toHaveBeenCalledOnce(), { timeout: 10_000 });
    expect(await unheard.analyze(image, { 'test-classes': {} })).toMatchObject({ 'test-classes': { ok: true } });
    const warnings = warn.mock.calls.map(([message]) => message);
    expect(warnings).toEqual(['onReady failed: mine', 'onExit failed: mine']);
    warn.mockRestore();
    await unheard.close();
  });

  it('because it stood still is replaced, and tells how it is doing', async () => {
    const impatient = await connectZoo({ config, stallAfterMs: 1500, standby: false, onExit });
    const hung = impatient.analyze(image, { 'test-slow': { rounds: LONG } });
    await vi.waitFor(() => expect(impatient.runtime().state).toBe('degraded'), { timeout: 10_000 });
    await expect(hung).rejects.toMatchObject({ code: 'INFERENCE_FAILED', details: { cause: 'stalled' } });
    expect(onExit).toHaveBeenCalledWith({ code: null, signal: 'SIGKILL', cause: 'stalled' });
    expect(await impatient.analyze(image, { 'test-masks': {} })).toMatchObject({ 'test-masks': { ok: true } });
    await vi.waitFor(() => {
      expect(impatient.runtime()).toMatchObject({
        state: 'ready',
        queue: { pending: 0, limit: 32, quarantined: 1 },
        processes: [{ state: 'up', threads: 1, crashes: 2, models: [{ id: 'test-encoder' }, { id: 'test-masks' }] }],
      });
    });
    expect(impatient.runtime().processes[0]!.rssBytes).toBeGreaterThan(2 ** 20);
    await impatient.close();
  });

  it('because a model did not stop in time is replaced; whoever asked has had an answer', async () => {
    const late = zoo.analyze(image, { 'test-slow': { rounds: LONG }, 'test-classes': {} }, { deadlineMs: 200 });
    const innocent = zoo.analyze(image, { 'test-masks': {} });
    expect(await late).toMatchObject({ 'test-slow': { ok: false, error: { code: 'DEADLINE_EXCEEDED' } } });
    expect(await innocent).toMatchObject({ 'test-masks': { ok: true } });
    await expectGoodAnswer();
    expect(onExit).toHaveBeenCalledExactlyOnceWith({ code: null, signal: 'SIGKILL', cause: 'cancelled' });
  });

  it('because its asker left while a model ran is replaced as well', async () => {
    const controller = new AbortController();
    const left = zoo.analyze(image, { 'test-slow': { rounds: LONG } }, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('left')), 100);
    await expect(left).rejects.toThrow('left');
    await expectGoodAnswer();
    expect(onExit).toHaveBeenCalledTimes(1);
  });

  it('does so when the asking process is gone', async () => {
    const parent = `
      import { connectZoo } from '@medzoo/core';
      await connectZoo({ config: new URL(${JSON.stringify(config.href)}) });
      process.kill(process.pid, 'SIGKILL');`;
    const cwd = new URL('../..', import.meta.url);
    const gone = spawn(process.execPath, ['--input-type=module', '--eval', parent], {
      cwd,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    gone.stdout.resume();
    await once(gone, 'close'); // the pipe is shared with the child: it closes when both are gone
    expect(gone.signalCode).toBe('SIGKILL');
  });
});

describe('connectZoo', () => {
  it.each([
    ['throws', `throw new Error('no licence')`, 'INVALID_MANIFEST', 'no licence'],
    ['exports nothing', `export const zoo = 1`, 'INVALID_MANIFEST', 'export default defineConfig'],
    ['ends the process', `process.exit(7)`, 'BACKEND_UNAVAILABLE', 'exit code 7'],
  ])('rejects for a config that %s', async (_, source, code, message) => {
    const path = join(await mkdtemp(join(tmpdir(), 'zoo-')), 'medzoo.config.mjs');
    await writeFile(path, source);
    await expect(connectZoo({ config: path })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });
});
