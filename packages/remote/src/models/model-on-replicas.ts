import { isZooError, ZooError } from '@medzoo/core/contract';
import { waitToRetry } from '@medzoo/core/backend';
import { MAX_PATIENCE_MS } from '../replicas/ask-replicas.js';
import type { CheckedModel } from './check-remote-model.js';
import type { ModelChecks } from './model-checks.js';
import type { RemoteSettings } from '../remote-options.js';
import { ReplicaFault } from '../replicas/replica-fault.js';
import { isUp, type Replica, type Replicas } from '../replicas/replicas.js';

/** How long a server that has no such model, or another one, is not asked for it. */
const ASIDE_MS = 30_000;

/** One model on all servers. */
export interface ModelOnReplicas {
  /**
   * Checks it on every server. Rejects with MODEL_MISMATCH or WEIGHTS_CORRUPT if one has another, with
   * BACKEND_UNAVAILABLE if none has it. One that is down does not matter as long as there is another: a warning names
   * it.
   */
  open(): Promise<CheckedModel>;
  /** One that is up and has it checked, if there is one; those that came back are checked meanwhile. */
  pick(): Replica;
}

export function createModelOnReplicas(
  name: string,
  checks: ModelChecks,
  replicas: Replicas,
  { retries, retryAfterMs: firstMs }: Pick<RemoteSettings, 'retries' | 'retryAfterMs'>,
): ModelOnReplicas {
  const asideUntil = new Map<Replica, number>();
  const warned = new Set<string>();

  function setAside(replica: Replica, error: unknown): void {
    if (error instanceof ReplicaFault) replica.leaveOut(error);
    else asideUntil.set(replica, performance.now() + ASIDE_MS);
  }

  function warn(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error);
    if (warned.has(why)) return;
    warned.add(why);
    process.emitWarning(`The model "${name}" runs on fewer servers than it might. ${why}`, 'MedzooWarning');
  }

  async function openOnce(): Promise<CheckedModel> {
    const results = await Promise.allSettled(replicas.all.map((replica) => replica.use(() => checks.check(replica))));
    const opened = results.find((result) => result.status === 'fulfilled');
    const errors: unknown[] = [];
    for (const [index, result] of results.entries()) {
      if (result.status === 'fulfilled') continue;
      errors.push(result.reason);
      setAside(replicas.all[index]!, result.reason);
    }
    const wrong = errors.find((error) => isZooError(error) && error.code !== 'BACKEND_UNAVAILABLE');
    if (wrong) throw wrong as Error;
    if (!opened) throw (errors.find((error) => error instanceof ReplicaFault) ?? errors[0]) as Error;
    errors.forEach(warn);
    return opened.value;
  }

  function checkOthers(): void {
    const others = replicas.all.filter((replica) => isUp(replica) && !isAside(replica) && !checks.isKnown(replica));
    for (const replica of others) {
      checks.check(replica).catch((error: unknown) => {
        setAside(replica, error);
        warn(error);
      });
    }
  }

  const isAside = (replica: Replica): boolean => (asideUntil.get(replica) ?? 0) > performance.now();

  return {
    async open() {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await openOnce();
        } catch (error) {
          if (!(error instanceof ReplicaFault)) throw error;
          const { retryAfterMs = 0 } = error.facts;
          const isFinal = error.kind === 'refused' || error.kind === 'late' || retryAfterMs > MAX_PATIENCE_MS;
          if (isFinal || attempt > retries) throw unavailable(error);
          await waitToRetry(attempt, { firstMs, retryAfterMs });
        }
      }
    },
    pick() {
      const ready = replicas.all.filter((replica) => isUp(replica) && checks.isChecked(replica));
      if (ready.length > 0) checkOthers();
      const possible = ready.length > 0 ? ready : replicas.all.filter((replica) => !isAside(replica));
      return replicas.choose(possible.length > 0 ? possible : replicas.all);
    },
  };
}

function unavailable({ message, facts: { status } }: ReplicaFault): ZooError {
  return new ZooError('BACKEND_UNAVAILABLE', message, { details: { ...(status !== undefined && { status }) } });
}
