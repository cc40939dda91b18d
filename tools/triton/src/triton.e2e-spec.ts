import { readFile } from 'node:fs/promises';
import { automed } from '@medzoo/automed';
import { connectZoo, createZoo, rleDice, type Rle } from '@medzoo/core';
import { createRemoteBackend, remoteModelName } from '@medzoo/remote';
import { TEST_MODELS, testBackend } from '@medzoo/core/testing';
import { chestXrayPneumonia } from '@medzoo/medcls';
import { promptable } from '@medzoo/sam-med2d';
import { locateSample } from '@medzoo/samples';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { startProxy } from './start-proxy.js';
import { isInstalled, startTriton } from './start-triton.js';

/** Loading a model starts a Python of its own: seconds, on a machine that has other things to do. */
const SLOW_MS = 240_000;
const heads = [automed, promptable, chestXrayPneumonia] as const;
const { types, nan } = TEST_MODELS;

if (!isInstalled)
  it.skip('the remote backend against Triton: tools/triton/install.sh has not been run', () => undefined);

describe.runIf(isInstalled)('Triton', () => {
  let triton: Awaited<ReturnType<typeof startTriton>>;

  beforeAll(async () => {
    const encoder = automed.encoder.trained.model;
    triton = await startTriton([types, nan, encoder, ...heads.map(({ trained }) => trained.model)]);
  }, SLOW_MS);
  afterAll(() => triton.stop());

  describe.each(['url', 'grpcUrl'] as const)('is a backend like any other, by its %s', (address) => {
    const modelName = ({ url }: { url: string }) => remoteModelName(url === nan.url ? nan : types);
    testBackend(() => createRemoteBackend({ urls: [triton[address]], modelName, loading: 'load' }), {
      it: (name, run) => it(name, { timeout: SLOW_MS }, run),
    });

    it.runIf(address === 'url')('with tensors as they lie in memory, both ways', { timeout: SLOW_MS }, async () => {
      const proxy = await startProxy(triton.url);
      onTestFinished(proxy.close);
      const session = await createRemoteBackend({ urls: [proxy.url], loading: 'load' }).open(types);
      await session.run({
        floats: { dtype: 'float32', shape: [1], data: Float32Array.of(1) },
        bytes: { dtype: 'uint8', shape: [1], data: Uint8Array.of(2) },
        longs: { dtype: 'int64', shape: [1], data: BigInt64Array.of(3n) },
      });
      expect(proxy.infers).toHaveLength(1);
      expect(Number(proxy.infers[0]!.request)).toBeGreaterThan(0);
      expect(Number(proxy.infers[0]!.answer)).toBeGreaterThan(0);
    });

    it('with the same numbers as in JSON', { timeout: SLOW_MS }, async () => {
      const [binary, json] = await Promise.all([
        createRemoteBackend({ urls: [triton[address]], loading: 'load' }).open(types),
        createRemoteBackend({ urls: [triton.url], encoding: 'json', loading: 'load' }).open(types),
      ]);
      const feeds = {
        floats: { dtype: 'float32', shape: [2], data: Float32Array.of(0.1, -3e-38) },
        bytes: { dtype: 'uint8', shape: [2], data: Uint8Array.of(0, 255) },
        longs: { dtype: 'int64', shape: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n) },
      } as const;
      expect(await json.run(feeds)).toEqual(await binary.run(feeds));
      expect((await json.run(feeds)).same_longs).toEqual(feeds.longs);
    });
  });

  it.each(['url', 'grpcUrl'] as const)(
    'unloads a model for the last session, and loads it again, by its %s',
    { timeout: SLOW_MS },
    async (address) => {
      const backend = createRemoteBackend({ urls: [triton[address]], loading: 'load-and-unload' });
      const isReady = async () => (await fetch(`${triton.url}/v2/models/${remoteModelName(nan)}/ready`)).ok;
      await fetch(`${triton.url}/v2/repository/models/${remoteModelName(nan)}/unload`, { method: 'POST' });
      await vi.waitFor(async () => expect(await isReady()).toBe(false), { timeout: SLOW_MS });
      const [first, second] = await Promise.all([backend.open(nan), backend.open(nan)]);
      expect(first.provider).toBe('remote:triton');
      await first.close();
      expect(await isReady()).toBe(true);
      await second.close();
      await vi.waitFor(async () => expect(await isReady()).toBe(false), { timeout: SLOW_MS });
      const third = await backend.open(nan);
      expect(await isReady()).toBe(true);
      await third.close();
    },
  );

  it.each(['url', 'grpcUrl'] as const)(
    'answers as this process does, by way of a config and a child process, by its %s',
    { timeout: SLOW_MS },
    async (address) => {
      vi.stubEnv('MEDZOO_TRITON_URL', triton[address]);
      onTestFinished(() => void vi.unstubAllEnvs());
      const remote = await connectZoo<typeof heads>({
        config: new URL('../triton.config.mjs', import.meta.url),
        stallAfterMs: SLOW_MS,
      });
      // The file that Triton runs: of another one, a point between two things may mean the other thing.
      const local = await createZoo({ heads, threads: 1, precision: 'reference' });
      onTestFinished(async () => {
        await Promise.all([remote.close(), local.close()]);
      });
      const requests = {
        automed: {},
        promptable: { points: [{ x: 100, y: 100, positive: true }] },
        'chest-xray-pneumonia': {},
      };
      for (const sample of ['chest-film', 'polyp', 'fetal-head'] as const) {
        const image = await readFile(locateSample(sample));
        const options = { outOfDomain: 'warn' } as const; // the samples are drawn, which a classifier would refuse
        const [here, there] = [
          await local.analyze(image, requests, options),
          await remote.analyze(image, requests, options),
        ];
        expect(there.automed.provenance?.provider).toBe('remote:triton');
        if (!here.automed.ok || !here.promptable.ok || !here['chest-xray-pneumonia'].ok)
          throw new Error('No answer here.');
        if (!there.automed.ok) throw there.automed.error;
        if (!there.promptable.ok) throw there.promptable.error;
        if (!there['chest-xray-pneumonia'].ok) throw there['chest-xray-pneumonia'].error;
        expectSameMasks(there.automed.value.masks, here.automed.value.masks);
        expectSameMasks(there.promptable.value.masks, here.promptable.value.masks);
        for (const [index, { label, probability }] of there['chest-xray-pneumonia'].value.scores.entries()) {
          const expected = here['chest-xray-pneumonia'].value.scores[index]!;
          expect(label).toBe(expected.label);
          expect(Math.abs(probability - expected.probability)).toBeLessThan(1e-3);
        }
      }
    },
  );
});

function expectSameMasks(there: readonly { rle: Rle }[], here: readonly { rle: Rle; area: number }[]): void {
  expect(here.some(({ area }) => area > 0)).toBe(true);
  expect(there).toHaveLength(here.length);
  there.forEach(({ rle }, index) => expect(rleDice(rle, here[index]!.rle)).toBeGreaterThanOrEqual(0.999));
}
