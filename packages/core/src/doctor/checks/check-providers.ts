import type { Finding } from '../check.js';
import type { Facts, SelfTest } from '../facts.js';
import { explainCuda, type Explanation } from './explain-cuda.js';
import { explainWebgpu } from './explain-webgpu.js';

const EXPLAIN: Readonly<Record<string, (facts: Facts) => Explanation | undefined>> = {
  cuda: explainCuda,
  tensorrt: explainTensorrt,
  webgpu: explainWebgpu,
};

/** Each provider that this build has or the config asks for: whether it runs a model, else why not. */
export function checkProviders(facts: Facts): readonly Finding[] {
  const { runtime, config, selfTests } = facts;
  if (runtime.state === 'broken') return [];
  const asked = config.state === 'loaded' && !config.hasOwnBackend ? config.providers : [];
  const known = runtime.providers.map(({ name }) => name);
  const ids = new Set([...asked, ...known.filter((name) => !asked.some((id) => nameOf(id) === name))]);
  return [...ids].map((id) => {
    const isAsked = asked.includes(id) || nameOf(id) === 'cpu';
    if (!known.includes(nameOf(id))) return unknown(id, known);
    const test = selfTests.find(({ provider }) => provider === id);
    if (test?.state === 'passed') return passed(id, test);
    const explanation = EXPLAIN[nameOf(id)]?.(facts);
    const said = test?.reason ?? 'it was not tried';
    const { why, remedy } = explanation ?? { why: `everything it is known to need is there, and it says: ${said}` };
    const found = `does not work${isAsked ? ', and the config asks for it' : ''}: ${why}`;
    return {
      id: `provider:${id}`,
      state: isAsked ? 'fault' : 'notice',
      found,
      ...(remedy !== undefined && { remedy }),
    };
  });
}

/** `cuda:1` is provider `cuda`. */
function nameOf(id: string): string {
  return id.split(':')[0]!;
}

function passed(id: string, { used, openMs, runMs, runs }: Extract<SelfTest, { state: 'passed' }>): Finding {
  const numbers = `self test opened in ${openMs.toFixed(0)} ms, ${runs} runs of ${runMs.toFixed(2)} ms`;
  if (used === id) return { id: `provider:${id}`, state: 'ok', found: `works: ${numbers}` };
  return { id: `provider:${id}`, state: 'notice', found: `works in part, as ${used}: ${numbers}` };
}

function unknown(id: string, known: readonly string[]): Finding {
  return {
    id: `provider:${id}`,
    state: 'fault',
    found: `there is no such provider in this build of onnxruntime, and the config asks for it`,
    remedy: `take one of ${known.join(', ')} for providers in the config`,
  };
}

function explainTensorrt(facts: Facts): Explanation | undefined {
  const cuda = explainCuda(facts);
  if (cuda) return cuda;
  const { libraries } = facts.gpu;
  if (libraries.includes('libnvinfer.so.10')) return undefined;
  return {
    why: 'TensorRT 10 is not installed: libnvinfer.so.10 not found',
    remedy: "apt-get install libnvinfer10 libnvonnxparsers10 from NVIDIA's repository; or use cuda",
  };
}
