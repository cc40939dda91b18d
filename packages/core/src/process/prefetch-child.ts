import { loadConfig } from '../zoo/load-config.js';
import { prefetchModels } from '../zoo/prefetch-models.js';
import { toZooError } from '../zoo/to-zoo-error.js';
import type { FromPrefetch } from './messages.js';

/** What `connectZoo` runs to prefetch: the config module's URL is the first argument; it stops when its channel is closed. */
const stop = new AbortController();
process.once('disconnect', () => stop.abort());
// Ctrl-C and service managers signal the whole group; the asking process ends this one.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);

try {
  const config = await loadConfig(new URL(process.argv[2]!));
  const onProgress = (progress: Extract<FromPrefetch, { type: 'progress' }>['progress']): void =>
    void send({ type: 'progress', progress });
  await prefetchModels(config, { signal: stop.signal, onProgress });
  await send({ type: 'done' });
} catch (error) {
  await send({ type: 'unable', error: toZooError(error, 'The weights could not be fetched').toJSON() });
}
process.exit();

/** Resolves when the message is written, or nobody is there to read it. */
function send(message: FromPrefetch): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send!(message, undefined, undefined, () => resolve());
    else resolve();
  });
}
