import { describe, expect, it, vi } from 'vitest';
import type { ZooEvent } from '../../contract/index.js';
import { createFakeBackend } from '../../testing/fake-backend.js';
import { testClasses, testEncoder, testMasks } from '../../testing/test-heads.js';
import { createTestImage } from '../../testing/test-image.js';
import { createZoo } from '../create-zoo.js';

const heads = [testMasks, testClasses] as const;
const image = await createTestImage();

async function createObserved({ backend = createFakeBackend(), cacheBytes = 2 ** 20 } = {}) {
  const events: ZooEvent[] = [];
  const zoo = await createZoo({ heads, backend, cacheBytes, observer: (event) => void events.push(event) });
  const of = <T extends ZooEvent['type']>(type: T) =>
    events.filter((event): event is Extract<ZooEvent, { type: T }> => event.type === type);
  return { zoo, events, of };
}

describe('a zoo that is observed', () => {
  it('tells of each model it opens and runs, in order, with the trace of the call', async () => {
    const { zoo, events, of } = await createObserved();
    const before = Date.now();
    await zoo.analyze(image, { 'test-masks': {}, 'test-classes': {} }, { trace: 'request-1' });
    expect(of('open').map(({ model, provider, outcome }) => [model, provider, outcome])).toEqual([
      [testEncoder.id, 'fake', 'ok'],
      ['test-masks', 'fake', 'ok'],
      ['test-classes', 'fake', 'ok'],
    ]);
    expect(of('run').map(({ role, model, batch, trace }) => [role, model, batch, trace])).toEqual([
      ['encoder', testEncoder.id, 1, 'request-1'],
      ['head', 'test-masks', 1, 'request-1'],
      ['head', 'test-classes', 1, 'request-1'],
    ]);
    for (const { startedAt, ms, waitMs } of of('run')) {
      expect(startedAt).toBeGreaterThan(before - 1000);
      expect(Math.min(ms, waitMs)).toBeGreaterThanOrEqual(0);
    }
    expect(events.at(-1)).toMatchObject({ type: 'analysis', heads: 2, outcome: 'ok', trace: 'request-1' });
  });

  it('tells where each embedding came from', async () => {
    const { zoo, of } = await createObserved();
    await Promise.all([1, 2].map(() => zoo.analyze(image, { 'test-masks': {} })));
    await zoo.analyze(image, { 'test-classes': {} });
    expect(of('embedding').map(({ source }) => source)).toEqual(['run', 'shared', 'cache']);
    expect(of('embedding')[0]).not.toHaveProperty('trace');
  });

  it('tells of an embedding that is dropped for another', async () => {
    const { zoo, of } = await createObserved({ cacheBytes: 5000 });
    await zoo.analyze(image, { 'test-masks': {} });
    expect(of('eviction')).toEqual([]);
    await zoo.analyze(await createTestImage({ seed: 2 }), { 'test-masks': {} });
    expect(of('eviction')).toEqual([{ type: 'eviction', bytes: (3 * 16 * 16 + 4 * 2 * 2) * 4 }]);
  });

  it('names faults by their code, and an abort for what it is', async () => {
    const backend = createFakeBackend({
      run: (_feeds, { sha256 }) => {
        if (sha256 === testClasses.trained.model.sha256) throw new Error('no such luck');
        return undefined;
      },
    });
    const { zoo, of } = await createObserved({ backend });
    await zoo.analyze(image, { 'test-classes': {} });
    expect(of('run').map(({ model, outcome }) => [model, outcome])).toEqual([
      [testEncoder.id, 'ok'],
      ['test-classes', 'INFERENCE_FAILED'],
    ]);
    await expect(zoo.analyze(new Uint8Array(3), { 'test-classes': {} })).rejects.toThrow();
    await expect(zoo.analyze(image, { 'test-classes': {} }, { signal: AbortSignal.abort() })).rejects.toThrow();
    expect(of('analysis').map(({ outcome }) => outcome)).toEqual(['ok', 'INVALID_IMAGE', 'ABORTED']);
  });

  it('answers all the same when its observer throws, and says so once', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
    const observer = () => {
      throw new Error('full');
    };
    const zoo = await createZoo({ heads, backend: createFakeBackend(), observer });
    expect(await zoo.analyze(image, { 'test-classes': {} })).toMatchObject({ 'test-classes': { ok: true } });
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('full'), 'MedzooWarning');
    warn.mockRestore();
  });
});
