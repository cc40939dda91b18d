import { askSelfTest } from './probes/ask-self-test.js';
import type { ConfigFacts, Facts, RuntimeFacts, SelfTest } from './facts.js';
import { thisMachine } from './machine.js';
import { probeCache } from './probes/probe-cache.js';
import { probeConfig } from './probes/probe-config.js';
import { probeGpu } from './probes/probe-gpu.js';
import { probeInt8 } from './probes/probe-int8.js';
import { probeLimits } from './probes/probe-limits.js';
import { probePacked } from './probes/probe-packed.js';
import { probeRuntime } from './probes/probe-runtime.js';
import { probeStart } from './probes/probe-start.js';

/** Libraries that an install script may have left out: without them there is nothing to test. */
const LIBRARY: Readonly<Record<string, string>> = {
  cuda: 'libonnxruntime_providers_cuda.so',
  tensorrt: 'libonnxruntime_providers_tensorrt.so',
};

/**
 * Finds out all that the checks want to know of this machine and of a config; some seconds, of which each provider's
 * test takes one.
 */
export async function examine(named: string | undefined): Promise<Facts> {
  const { facts: found, config: loaded, location } = await probeConfig(named);
  const runtime = await probeRuntime(thisMachine);
  const mayStart = found.state === 'loaded' && (runtime.state === 'loaded' || found.hasOwnBackend);
  const config = mayStart ? { ...found, refusal: await probeStart(location) } : found;
  return {
    node: thisMachine.node,
    runtime,
    gpu: await probeGpu(thisMachine),
    limits: probeLimits(),
    int8: await probeInt8(thisMachine),
    cache: await probeCache(loaded?.weights),
    packed: await probePacked(thisMachine, loaded),
    config,
    selfTests: await testProviders(runtime, config),
  };
}

/** One after the other, so that each has the machine for itself. */
async function testProviders(runtime: RuntimeFacts, config: ConfigFacts): Promise<readonly SelfTest[]> {
  if (runtime.state === 'broken') return [];
  const asked = config.state === 'loaded' && !config.hasOwnBackend ? config.providers : [];
  const tests: SelfTest[] = [];
  for (const provider of new Set([...asked, ...runtime.providers.map(({ name }) => name)])) {
    const library = LIBRARY[provider.split(':')[0]!];
    const isLinux = thisMachine.node.platform === 'linux';
    const told =
      library !== undefined && isLinux && !runtime.libraries.includes(library)
        ? { state: 'failed' as const, reason: `${library} is not installed` }
        : await askSelfTest({ ask: 'test', provider });
    tests.push({ provider, ...told });
  }
  return tests;
}
