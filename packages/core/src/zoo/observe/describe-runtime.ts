import type { Backend, Head, OpenModel, SkippedProvider, ZooRuntime } from '../../contract/index.js';
import { CLOSED_STATE } from '../../flow/closed-state.js';
import { referenceOf } from '../../contract/model/model-files.js';
import type { SharedEmbeddings } from '../embedding-store/shared-embeddings.js';
import { declaredBytes } from '../../sessions/memory/device-memory.js';
import type { Batcher } from '../../sessions/batching/batch-models.js';
import type { OpenSession, SessionPool } from '../../sessions/memory/session-pool.js';
import { identifyRole } from '../models/identify-model.js';

interface ModelsState {
  readonly sessions: Pick<SessionPool, 'list' | 'memory'>;
  readonly threads: number | null;
  readonly batcher: Pick<Batcher, 'maxBatchOf'>;
}

interface ZooState {
  readonly isClosed: boolean;
  readonly pending: number;
  readonly shared: Pick<SharedEmbeddings, 'runtime'> | undefined;
}

/** How a zoo in this process is doing. It has no call queue, so it refuses nothing either. */
export function describeRuntime(
  heads: readonly Head[],
  { sessions, threads, batcher }: ModelsState,
  { isClosed, pending, shared }: ZooState,
): ZooRuntime {
  const process = describeThisProcess();
  return {
    ...(isClosed ? CLOSED_STATE : { state: 'ready' }),
    queue: { pending, waiting: 0, limit: null, retryAfterMs: 0, quarantined: 0 },
    processes: [
      {
        ...process,
        threads,
        models: sessions.list().map((model) => toOpenModel(model, heads, batcher)),
        memory: sessions.memory(),
        ...(shared && { embeddingStore: shared.runtime() }),
      },
    ],
  };
}

function describeThisProcess() {
  return { state: 'up', pid: process.pid, rssBytes: process.memoryUsage.rss(), crashes: 0 } as const;
}

function toOpenModel(
  { spec, session }: OpenSession,
  heads: readonly Head[],
  batcher: Pick<Batcher, 'maxBatchOf'>,
): OpenModel {
  const file = session.file ?? referenceOf(spec);
  const skipped = 'skipped' in session ? (session.skipped as readonly SkippedProvider[]) : [];
  const of = identifyRole(spec.sha256, heads);
  const maxBatch = of ? batcher.maxBatchOf(session, of) : 1;
  const memory = { declaredBytes: declaredBytes(file.spec), measuredBytes: session.memoryBytes ?? null };
  return {
    id: of?.model ?? 'unknown',
    sha256: file.spec.sha256,
    precision: file.precision,
    provider: session.provider,
    maxBatch,
    ...memory,
    skipped,
  };
}

/** Of a run on the CPU, where the backend says so. */
export function threadsOf(backend: Backend): number | null {
  return 'threads' in backend && typeof backend.threads === 'number' ? backend.threads : null;
}
