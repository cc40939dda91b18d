import type { Finding } from '../check.js';
import type { RuntimeFacts } from '../facts.js';

const OLDEST = [1, 24] as const;

/** Whether onnxruntime can be loaded at all, and what it was built with. */
export function checkRuntime(runtime: RuntimeFacts): Finding {
  const id = 'onnxruntime';
  if (runtime.state === 'broken') {
    return { id, state: 'fault', found: `cannot be loaded: ${runtime.reason}`, remedy: explainBroken(runtime.reason) };
  }
  const { version, providers } = runtime;
  const names = (isBundled: boolean): string =>
    providers.flatMap((one) => (one.isBundled === isBundled ? [one.name] : [])).join(', ') || 'none';
  const found = `${version}; built in: ${names(true)}; by its install script: ${names(false)}`;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return { id, state: 'ok', found };
  return {
    id,
    state: 'notice',
    found: `${found}; before ${OLDEST.join('.')} it may abort as the process exits`,
    remedy: 'npm install @medzoo/core',
  };
}

function explainBroken(reason: string): string {
  if (/GLIBC|ld-linux|musl/i.test(reason)) {
    return (
      'use an image with glibc 2.28 or newer, such as node:24-slim; Alpine has musl, for which onnxruntime is not ' +
      'built'
    );
  }
  if (/Cannot find (module|package)/i.test(reason)) {
    return 'npm ci (npm install --os=linux --cpu=x64 if node_modules was made on another kind of machine)';
  }
  return 'rm -rf node_modules && npm ci, on this machine';
}
