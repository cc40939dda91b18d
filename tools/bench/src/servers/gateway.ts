import { fileURLToPath } from 'node:url';
import { spawnServer, type Server } from './spawn-server.js';

const MAIN = fileURLToPath(new URL('../../../../packages/gateway/dist/main.js', import.meta.url));
const LOOP_DELAY = new URL('../measure/loop-delay.js', import.meta.url).href;
/** The bench's zoo. */
export const CONFIG = new URL('../../bench.config.mjs', import.meta.url);

export interface LoopDelay {
  readonly p99: number;
  readonly max: number;
}

export interface Gateway extends Server {
  /** How long its event loop was held up since this was last asked, in milliseconds. */
  loopDelay(): Promise<LoopDelay>;
}

/**
 * The gateway as `npm run serve` starts it, with room for all callers of the bench, and time: a slow machine is to be
 * measured, not refused.
 */
export async function startGateway(env: Readonly<Record<string, string>> = {}): Promise<Gateway> {
  const server = await spawnServer({
    command: process.execPath,
    args: ['--import', LOOP_DELAY, MAIN, '--config', fileURLToPath(CONFIG)],
    env: {
      PORT: '0',
      HOST: '127.0.0.1',
      MEDZOO_MAX_ANALYSES: '64',
      MEDZOO_MAX_UPLOADS: '64',
      MEDZOO_MAX_UPLOADS_PER_CALLER: '64',
      MEDZOO_DEADLINE_SECONDS: '600',
      ...env,
    },
    ready: /medzoo answers at (\S+)/,
  });
  let asked = 0;
  return {
    ...server,
    async loopDelay() {
      asked += 1;
      server.signal('SIGUSR2');
      for (let turn = 0; turn < 500; turn += 1) {
        const lines = [...server.errors().matchAll(/loop-delay (\d+) (\S+) (\S+)\n/g)];
        const line = lines.find(([, count]) => Number(count) === asked);
        if (line) return { p99: Number(line[2]), max: Number(line[3]) };
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      throw new Error('The gateway does not say how its event loop is doing.');
    },
  };
}
