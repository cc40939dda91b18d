import { createBatcher, type Batcher } from '../../sessions/batching/batch-models.js';
import { planBatching } from '../../sessions/batching/plan-batching.js';
import { createSessionPool, type SessionPool } from '../../sessions/memory/session-pool.js';
import { createDeviceScheduler, type RunModel } from '../../sessions/scheduling/device-scheduler.js';
import { createBackend } from '../config/create-backend.js';
import { findBudgets } from '../config/find-budgets.js';
import type { ZooConfig } from '../config/zoo-config.js';
import { threadsOf } from '../observe/describe-runtime.js';
import { observeClosed, observeOpens } from '../observe/observe-zoo.js';
import { findModel } from './find-model.js';
import { createPrefetcher, type Prefetcher } from './prefetcher.js';
import { prefetchModels } from './prefetch-models.js';
import { createRunningFiles, type RunningFiles } from './running-files.js';
import { openIfPossible, warmUp, warmUpIfPossible } from './warm-up.js';

/** The models of a zoo: which are open, who runs next, and what is fetched ahead. */
export interface ZooModels {
  readonly sessions: SessionPool;
  readonly runningFiles: RunningFiles;
  readonly runModel: RunModel;
  readonly batcher: Batcher;
  readonly prefetcher: Prefetcher;
  /** Threads of one run on the CPU; null if the backend does not say. */
  readonly threads: number | null;
}

/**
 * Makes ready to open the models of a checked config, and opens them if `warmUp` asks for it. Rejects with
 * INVALID_MANIFEST, or with BACKEND_UNAVAILABLE for a provider that is not there or a model that exceeds the memory
 * budget.
 */
export async function openModels(config: ZooConfig): Promise<ZooModels> {
  const { heads, observer } = config;
  const backend = await createBackend(config);
  const budgetOf = await findBudgets(config.memoryBudget, backend, heads);
  const sessions = observer
    ? createSessionPool(observeOpens(backend, heads, observer), { budgetOf, onClosed: observeClosed(heads, observer) })
    : createSessionPool(backend, { budgetOf });
  const batcher = createBatcher((session, of) => planBatching(session, findModel(heads, of), config.batching));
  const runModel = createDeviceScheduler(backend, { observer, batcher });
  try {
    if (config.warmUp === true || config.requireGpu) await warmUp(heads, sessions);
    else if (config.warmUp === 'open') await openIfPossible(heads, sessions);
    else if (config.warmUp) await warmUpIfPossible(heads, sessions);
  } catch (error) {
    await sessions.close().catch(() => undefined); // nobody gets a zoo that could close them
    throw error;
  }
  const prefetcher = createPrefetcher((options) => prefetchModels({ ...config, backend }, options));
  const runningFiles = createRunningFiles(sessions, backend);
  return { sessions, runningFiles, runModel, batcher, prefetcher, threads: threadsOf(backend) };
}
