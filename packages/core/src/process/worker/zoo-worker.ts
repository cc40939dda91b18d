import { HEARTBEAT_FD } from '../heartbeat/heartbeat-channel.js';
import { readPackedSetting } from '../../sessions/packed/packed-setting.js';
import { loadWorkerConfig } from './load-worker-config.js';
import { loosenHeapLimit } from './loosen-heap-limit.js';
import { OBSERVED } from '../channel/messages.js';
import type { WorkerPlan } from '../pool/plan-workers.js';
import { findMissingEnvironment } from './return-memory.js';
import { restartWith, serveZoo } from './serve-zoo.js';
import { startWatchdog, WORKER_LEAVES_WITHIN_MS } from '../heartbeat/start-watchdog.js';
import { applyWorkerPlan } from './apply-worker-plan.js';

/**
 * What `connectZoo` runs in a worker: it serves the zoo of the config module whose URL is the first argument, by the
 * plan in the second.
 */
const [, , config, plan = '{}'] = process.argv;
loosenHeapLimit();
void startWatchdog({ heartbeatFd: HEARTBEAT_FD, leaveWithinMs: WORKER_LEAVES_WITHIN_MS });
const loading = loadWorkerConfig(new URL(config!), process.argv).then(async (given) => {
  const environment = findMissingEnvironment(given, process.env);
  if (environment) await restartWith(environment);
  const { packedWeights = readPackedSetting() ?? true } = given; // workers share them
  return { ...applyWorkerPlan(given, JSON.parse(plan) as WorkerPlan), packedWeights };
});
await serveZoo(loading, { isObserved: process.argv.includes(OBSERVED) });
