import { loadConfig } from '../../zoo/config/load-config.js';
import { prefetchModels } from '../../zoo/models/prefetch-models.js';
import { toZooError } from '../../zoo/to-zoo-error.js';
import { HEARTBEAT_FD } from '../heartbeat/heartbeat-channel.js';
import type { FromPrefetch } from '../channel/messages.js';
import { keepWords } from './replace-unsendable.js';
import { startWatchdog } from '../heartbeat/start-watchdog.js';

/** Without its parent, the process stops by itself, which takes its lock away. */
const LEAVE_WITHIN_MS = 10_000;

/**
 * What `connectZoo` runs to prefetch: the config module's URL is the first argument; it stops when its channel is
 * closed.
 */
void startWatchdog({ heartbeatFd: HEARTBEAT_FD, leaveWithinMs: LEAVE_WITHIN_MS });
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
  const unable = toZooError(error, 'The weights could not be fetched').toJSON();
  await send({ type: 'unable', error: unable }).catch(() => send({ type: 'unable', error: keepWords(unable) }));
}
process.exit();

/** Resolves when the message is written, or nobody is there to read it. */
function send(message: FromPrefetch): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected) process.send!(message, undefined, undefined, () => resolve());
    else resolve();
  });
}
