import { describe, expect, it } from 'vitest';
import { changeMachine, factsOf, findingOf, GPU_SERVER, ldd } from '../../test/fake-machine.js';
import { diagnose } from './diagnose.js';
import type { Facts } from './facts.js';
import { formatReport } from './format-report.js';

describe('a server whose GPU works', () => {
  it('is healthy', async () => {
    const { isHealthy, findings } = diagnose(await factsOf(GPU_SERVER, ['cpu', 'cuda', 'webgpu', 'tensorrt']));
    expect(isHealthy).toBe(true);
    expect(findings.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'node ok',
      'onnxruntime ok',
      'provider:cuda ok',
      'provider:cpu ok',
      'provider:webgpu ok',
      'provider:tensorrt ok',
      'cores ok',
      'memory ok',
      'int8 ok',
      'cache ok',
      'packed ok',
      'config ok',
      'model:automed ok',
    ]);
  });

  it('is told of a provider that leaves a part to the CPU', async () => {
    const facts = await factsOf(GPU_SERVER, ['cpu']);
    const test = { provider: 'cuda', state: 'passed', used: 'cuda+cpu', openMs: 1, runMs: 1, runs: 1 } as const;
    expect(findingOf({ ...facts, selfTests: [test, ...facts.selfTests] }, 'provider:cuda')).toMatchObject({
      state: 'notice',
      found: expect.stringContaining('in part, as cuda+cpu') as string,
    });
  });
});

it('a config whose zoo cannot start is a fault, in the words of the start', async () => {
  const facts = await factsOf(GPU_SERVER);
  const refused = { ...facts, config: { ...facts.config, refusal: 'memoryBudget: raise it' } } as Facts;
  expect(diagnose(refused).isHealthy).toBe(false);
  expect(findingOf(refused, 'start')).toEqual({ id: 'start', state: 'fault', found: 'memoryBudget: raise it' });
});

describe('the rest of a machine', () => {
  it('is faulty where nothing could run', async () => {
    const facts = await factsOf(GPU_SERVER, ['cpu', 'cuda']);
    const old = { ...facts.node, version: '20.11.1' };
    expect(findingOf({ ...facts, node: old }, 'node')).toMatchObject({ state: 'fault' });
    expect(findingOf({ ...facts, selfTests: [] }, 'provider:cpu')).toMatchObject({ state: 'fault' });
    const broken = (reason: string) => {
      const { findings } = diagnose({ ...facts, runtime: { state: 'broken', reason }, selfTests: [] });
      expect(findings.some(({ id }) => id.startsWith('provider:'))).toBe(false);
      return findings.find(({ id }) => id === 'onnxruntime');
    };
    expect(broken("/lib/libc.so.6: version `GLIBC_2.28' not found")).toMatchObject({
      state: 'fault',
      remedy: expect.stringContaining('node:24-slim') as string,
    });
    expect(broken("Cannot find module '../bin/napi-v6/linux/x64/onnxruntime_binding.node'")?.remedy).toContain(
      'npm ci',
    );
  });

  it('is told of what will hurt', async () => {
    const facts = await factsOf(GPU_SERVER, ['cpu', 'cuda']);
    expect(findingOf(facts, 'cores')?.found).toBe(
      "4 for a model run, by the container's quota or the processors that it may use; the host has 16",
    );
    expect(findingOf(facts, 'memory')).toMatchObject({
      state: 'ok',
      found: "4.0 GB, the container's limit; the host has 64.0 GB",
    });
    const small = { ...facts.limits, memoryLimitBytes: 0.25e9 };
    expect(findingOf({ ...facts, limits: small }, 'memory')).toMatchObject({ state: 'notice' });
  });

  it('needs a cache folder only for what is to be fetched', async () => {
    const facts = await factsOf(GPU_SERVER, ['cpu', 'cuda']);
    const config = facts.config as Extract<Facts['config'], { state: 'loaded' }>;
    const absent = { ...config, models: [{ ...config.models[0]!, bytes: 1e9, state: 'absent' as const }] };
    const closed = { ...facts.cache, fault: 'this user may not write to it (EACCES)' };
    expect(findingOf({ ...facts, cache: closed }, 'cache')?.state).toBe('notice');
    expect(findingOf({ ...facts, cache: closed, config: absent }, 'cache')?.state).toBe('fault');
    expect(findingOf({ ...facts, cache: { ...facts.cache, freeBytes: 1e6 }, config: absent }, 'cache')).toMatchObject({
      state: 'fault',
      found: expect.stringContaining('1.0 GB are to be fetched') as string,
    });
    expect(findingOf({ ...facts, config: absent }, 'model:automed')).toMatchObject({
      state: 'notice',
      remedy: 'npx @medzoo/cli prefetch',
    });
    const offline = { ...facts.cache, isOffline: true };
    expect(findingOf({ ...facts, cache: offline, config: absent }, 'model:automed')).toMatchObject({ state: 'fault' });
  });

  it('is unhealthy with a config that does not load, has no heads, or whose weights are not the declared ones', async () => {
    const facts = await factsOf(GPU_SERVER, ['cpu', 'cuda']);
    const config = facts.config as Extract<Facts['config'], { state: 'loaded' }>;
    const faulty = {
      ...config.models[0]!,
      state: 'faulty' as const,
      code: 'WEIGHTS_CORRUPT' as const,
      reason: 'They differ.',
    };
    const isHealthy = (changed: Facts['config']) => diagnose({ ...facts, config: changed }).isHealthy;
    expect(isHealthy({ state: 'broken', path: 'a.mjs', reason: 'it has the default export 3' })).toBe(false);
    expect(isHealthy({ ...config, heads: [] })).toBe(false);
    expect(isHealthy({ ...config, models: [faulty] })).toBe(false);
    expect(isHealthy({ state: 'absent', path: 'medzoo.config.mjs' })).toBe(true);
  });
});

describe('the report', () => {
  it('has one line a finding and its remedy below', async () => {
    const report = formatReport(
      diagnose(await factsOf(changeMachine({ programs: { ldd: ldd('libcudnn.so.9') } }), ['cpu', 'webgpu'])),
    );
    expect(report.split('\n').length).toBeLessThanOrEqual(24);
    expect(report).toMatch(/^ok {4}node {15}24\.1\.0 on linux x64\n/);
    expect(report).toMatch(/\nFAULT provider:cuda {6}does not work.*\n {25}-> apt-get install libcudnn9/);
    expect(report).toMatch(/\n\n1 fault\.\n$/);
  });
});
