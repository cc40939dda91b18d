import { HEARTBEAT_FD } from '../heartbeat/heartbeat-channel.js';
import { loadWorkerConfig } from './load-worker-config.js';
import { loosenHeapLimit } from './loosen-heap-limit.js';
import { OBSERVED } from '../channel/messages.js';
import type { Share } from '../pool/plan-workers.js';
import { findMissingEnvironment } from './return-memory.js';
import { restartWith, serveZoo } from './serve-zoo.js';
import { startWatchdog, WORKER_LEAVES_WITHIN_MS } from '../heartbeat/start-watchdog.js';
import { takeShare } from './apply-worker-plan.js';

/** What `connectZoo` runs in the child: serves the zoo of the config module whose URL is the first argument; the second is its share. */
const [, , config, share = '{}'] = process.argv;
loosenHeapLimit();
startWatchdog({ heartbeatFd: HEARTBEAT_FD, leaveWithinMs: WORKER_LEAVES_WITHIN_MS });
const loading = loadWorkerConfig(new URL(config!), process.argv).then(async (given) => {
  const environment = findMissingEnvironment(given, process.env);
  if (environment) await restartWith(environment);
  return takeShare(given, JSON.parse(share) as Share);
});
await serveZoo(loading, { isObserved: process.argv.includes(OBSERVED) });
