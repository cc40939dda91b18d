import { setTimeout } from 'node:timers/promises';
import { ZooError } from '@medzoo/core/contract';
import { waitToRetry } from '@medzoo/core/backend';
import type { RemoteSettings } from '../remote-options.js';
import { ReplicaFault } from './replica-fault.js';
import type { Replica } from './replicas.js';

/** A server that asks for more patience than this is not waited for: the caller is told when to come back. */
export const MAX_PATIENCE_MS = 10_000;

/**
 * Asks one server after another until one answers: another one at once if there is one, else the same after a growing
 * wait, or as long as it asked for. Rejects with what `work` threw if that was no fault of the server's, else with BUSY
 * or INFERENCE_FAILED.
 */
export async function askReplicas<T>(
  pick: () => Replica,
  work: (replica: Replica) => Promise<T>,
  { retries, retryAfterMs: firstMs }: Pick<RemoteSettings, 'retries' | 'retryAfterMs'>,
  signal?: AbortSignal,
): Promise<T> {
  let cuts = 0;
  for (let attempt = 1; ; attempt += 1) {
    const replica = pick();
    await waitUntil(replica, signal);
    try {
      return await replica.use(() => work(replica));
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof ReplicaFault)) throw error;
      replica.leaveOut(error);
      if (error.kind === 'cut') cuts += 1;
      if (attempt > retries || isFinal(error, cuts)) throw toRunError(error);
      const { busyUntil, outUntil } = pick();
      const now = performance.now();
      if (busyUntil <= now && outUntil > now) await waitToRetry(attempt, { firstMs, signal });
    }
  }
}

/** Whether another attempt could not help, or would do harm. `cuts` counts the connections that were cut so far. */
function isFinal({ kind }: ReplicaFault, cuts: number): boolean {
  return kind === 'refused' || kind === 'late' || cuts > 1;
}

async function waitUntil({ busyUntil, url }: Replica, signal: AbortSignal | undefined): Promise<void> {
  const ms = busyUntil - performance.now();
  if (ms <= 0) return;
  if (ms > MAX_PATIENCE_MS) {
    const retryAfterMs = Math.ceil(ms);
    throw toRunError(new ReplicaFault('busy', `The inference server at ${url} is busy.`, { retryAfterMs }));
  }
  await setTimeout(ms, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
}

function toRunError({ kind, message, facts: { status, retryAfterMs } }: ReplicaFault): ZooError {
  const details = { ...(status !== undefined && { status }), ...(retryAfterMs !== undefined && { retryAfterMs }) };
  return new ZooError(kind === 'busy' ? 'BUSY' : 'INFERENCE_FAILED', message, { details });
}
