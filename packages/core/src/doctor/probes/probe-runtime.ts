import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { RuntimeFacts } from '../facts.js';
import type { Machine } from '../machine.js';
import { askSelfTest } from './ask-self-test.js';

/** Where onnxruntime-node is installed, and what its build can do: loaded in a process of its own, which it may end. */
export async function probeRuntime(machine: Machine): Promise<RuntimeFacts> {
  const installed = findPackage();
  if (typeof installed === 'string') return { state: 'broken', reason: installed };
  const listed = await askSelfTest({ ask: 'providers' });
  if (listed.state === 'failed') return { state: 'broken', reason: listed.reason };
  return {
    state: 'loaded',
    ...installed,
    providers: listed.providers,
    ...(await probeLibraries(machine, installed.folder)),
  };
}

interface Installed {
  readonly version: string;
  readonly folder: string;
}

/** Or the reason why it is not found. */
function findPackage(): Installed | string {
  const require = createRequire(import.meta.url);
  try {
    const file = require.resolve('onnxruntime-node/package.json');
    return { version: (require(file) as { readonly version: string }).version, folder: dirname(file) };
  } catch (error) {
    return (error as Error).message.split('\n')[0]!;
  }
}

/** What lies beside the native library, and what the loader does not find for the CUDA provider. */
export async function probeLibraries(
  machine: Machine,
  folder: string,
): Promise<Pick<Extract<RuntimeFacts, { state: 'loaded' }>, 'libraries' | 'missingForCuda'>> {
  const { platform, arch } = machine.node;
  const [napi = 'napi-v6'] = machine.list(join(folder, 'bin')).filter((name) => name.startsWith('napi-'));
  const bin = join(folder, 'bin', napi, platform, arch);
  const libraries = machine.list(bin);
  const provider = libraries.find((name) => name === 'libonnxruntime_providers_cuda.so');
  const needed = provider === undefined ? '' : ((await machine.run('ldd', [join(bin, provider)])) ?? '');
  const missing = needed.split('\n').flatMap((line) => /^\s*(\S+) => not found/.exec(line)?.[1] ?? []);
  return { libraries, missingForCuda: missing.filter((name) => !name.startsWith('libonnxruntime')) };
}
