import type { Finding } from '../check.js';
import type { NodeFacts } from '../facts.js';

const LEAST = [20, 19] as const;

export function checkNode({ version, platform, arch }: NodeFacts): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const found = `${version} on ${platform} ${arch}`;
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return { id: 'node', state: 'ok', found };
  return {
    id: 'node',
    state: 'fault',
    found: `${found}; medzoo needs ${LEAST.join('.')} or newer`,
    remedy: 'install Node 24 or 20 from https://nodejs.org',
  };
}
