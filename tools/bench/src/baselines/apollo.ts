import { fileURLToPath } from 'node:url';
import { residentBytes } from '../measure/processes.js';
import type { MaskArea } from '../servers/gateway-client.js';
import { post } from '../servers/post.js';
import { spawnServer } from '../servers/spawn-server.js';
import { describeModels } from './model-settings.js';
import type { Baseline } from './baseline.js';

const ENTRY = fileURLToPath(new URL('apollo-server.js', import.meta.url));
const QUERY = 'query ($image: String!) { analyze(image: $image) { label presence area } }';

/** A session in the main thread of an Apollo server. */
export async function startApollo(provider: string): Promise<Baseline> {
  const settings = { ...describeModels({ provider, threads: null }), provider: provider.replace(/:\d+$/, '') };
  const { pid, url, close } = await spawnServer({
    command: process.execPath,
    args: [ENTRY],
    env: { BENCH_SETTINGS: JSON.stringify(settings) },
    ready: /Apollo answers at (\S+)/,
  });
  return {
    name: 'Apollo, main thread',
    async analyze(file) {
      const image = Buffer.from(file).toString('base64');
      const body = JSON.stringify({ query: QUERY, variables: { image } });
      const { status, json } = await post<{ readonly data?: { readonly analyze: readonly MaskArea[] } | null }>(
        new URL(url),
        body,
        { contentType: 'application/json' },
      );
      if (!json.data) throw new Error(`Apollo answered ${status} without data.`);
      return json.data.analyze;
    },
    residentBytes: () => residentBytes(pid),
    close,
  };
}
