import { createZoo, loadConfig, type Zoo, ZooError } from '@medzoo/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { GatewaySettings } from '../../src/index.js';
import { DECODERS } from '../../src/reading/decoders.js';
import { look, offer, slices, start, uploadSeries, waitUntil } from './series-requests.js';
import { startTestGateway, type TestGateway } from '../start-test-gateway.js';

/** A gateway before a zoo of which each call passes `before`. */
async function startBefore(
  before: (call: number, signal: AbortSignal | undefined) => Promise<void>,
  settings: Partial<GatewaySettings> = {},
): Promise<TestGateway> {
  const config = await loadConfig(new URL('../../../cli/test/fake.config.mjs', import.meta.url));
  const zoo = await createZoo({ ...config, decoders: DECODERS });
  onTestFinished(() => zoo.close());
  let calls = 0;
  const analyze = async (...[image, requests, options]: Parameters<Zoo['analyze']>) => {
    await before(calls++, options?.signal);
    return zoo.analyze(image, requests, options);
  };
  return startTestGateway(settings, { ...zoo, analyze: analyze as Zoo['analyze'] });
}

describe('the analysis of a series', () => {
  it('tells its progress, may be cancelled, and goes on where it was', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    let calls = 0;
    const gateway = await startBefore(async (call, signal) => {
      calls += 1;
      if (call >= 2) {
        await Promise.race([gate, new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)))]); // prettier-ignore
      }
    });
    const [series] = (await uploadSeries(gateway, slices(0, 2, 4, 6, 8, 10))).series;
    const { id } = await start(gateway, series!.id);
    const half = await vi.waitFor(async () => {
      const seen = await look(gateway, id);
      expect(seen.framesDone).toBe(2);
      return seen;
    });
    expect(half).toMatchObject({ state: 'RUNNING', framesTotal: 6 });
    await gateway.query(`mutation { cancelSeriesAnalysis(id: "${id}") { state } }`);
    expect(await waitUntil(gateway, id, 'CANCELLED')).toMatchObject({ framesDone: 2 });
    release();
    const before = calls;
    expect((await start(gateway, series!.id)).id).toBe(id);
    expect(await waitUntil(gateway, id, 'DONE')).toMatchObject({ framesDone: 6 });
    expect(calls - before).toBe(4);
    await start(gateway, series!.id);
    expect(calls - before).toBe(4);
  });

  it('keeps a frame that fails as such, writes no file without it, and asks it again', async () => {
    const gateway = await startBefore((call) =>
      call === 1 ? Promise.reject(new ZooError('INFERENCE_FAILED', 'Secret.')) : Promise.resolve(),
    );
    const [series] = (await uploadSeries(gateway, slices(0, 2, 4))).series;
    const { id } = await start(gateway, series!.id);
    expect(await waitUntil(gateway, id, 'DONE')).toMatchObject({ framesDone: 3, framesFailed: 1 });
    const { volumes } = await look(gateway, id, 'volumes { volume reason }');
    expect(volumes![0]).toEqual({ volume: null, reason: 'No answer on 1 of 3 slices.' });
    const { frames } = await look(gateway, id, 'frames { answer { __typename ... on HeadFailure { code message } } }');
    expect(JSON.stringify(frames)).toContain('INFERENCE_FAILED');
    expect(JSON.stringify(frames)).not.toContain('Secret');
    const [seg] = await offer(gateway, series!.id, 'SEG');
    expect((await gateway.get(seg!.url!)).status).toBe(200); // asked again, it is whole
    expect(await look(gateway, id)).toMatchObject({ framesFailed: 0 });
  });

  it('is bounded: how many frames, how many at once, and what a link runs for nobody', async () => {
    let aborted = 0;
    const forever = (_call: number, signal: AbortSignal | undefined) =>
      new Promise<never>((_, reject) => {
        signal?.addEventListener('abort', () => {
          aborted += 1;
          reject(signal.reason as Error);
        });
      });
    const gateway = await startBefore(forever, { maxSeriesFrames: 3, maxSeriesAtOnce: 2 });
    const first = (await uploadSeries(gateway, slices(0, 2, 4))).series[0]!;
    const second = (await uploadSeries(gateway, slices(20, 22, 24))).series[0]!;
    const long = (await uploadSeries(gateway, slices(40, 42, 44, 46))).series[0]!;
    expect(long).toMatchObject({ id: null, isVolume: true });
    const ids = `["${long.images.join('", "')}"]`;
    const many = await gateway.query(`mutation { createSeries(images: ${ids}) { id } }`);
    expect(many.errors?.[0]).toMatchObject({ message: expect.stringContaining('at most 3 frames') as string });
    await start(gateway, first.id);
    await expect(start(gateway, second.id)).rejects.toThrow('1 series is analysed from your address');
    const running = await start(gateway, first.id);
    await gateway.query(`mutation { cancelSeriesAnalysis(id: "${running.id}") { state } }`);
    await waitUntil(gateway, running.id, 'CANCELLED');
    aborted = 0;
    const left = new AbortController();
    const link = fetch(new URL(`/series/${second.id}/heads/shapes/exports/seg`, gateway.url), { signal: left.signal });
    await new Promise((resolve) => setTimeout(resolve, 300));
    left.abort();
    await expect(link).rejects.toThrow();
    await vi.waitFor(() => expect(aborted).toBe(3));
  });
});
