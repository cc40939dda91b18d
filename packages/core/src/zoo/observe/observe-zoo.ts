import type { Backend, EventOutcome, Head, ModelFiles, Session, ZooObserver } from '../../contract/index.js';
import type { ClosedModel } from '../../sessions/memory/session-pool.js';
import { lastingSince, outcomeOf, peekOptions } from '../../flow/guard-listener.js';
import { identifyModel } from '../models/identify-model.js';

/** Tells of an analysis when it has ended, however it has. */
export async function observeAnalysis<T>(
  analyze: () => Promise<T>,
  [, requests, options]: readonly [bytes: unknown, requests: unknown, options?: unknown],
  observer: ZooObserver,
): Promise<T> {
  const startedAt = performance.now();
  const { trace, signal } = peekOptions(options);
  const heads = countHeads(requests);
  const tell = (outcome: EventOutcome): void => {
    observer({ type: 'analysis', ...lastingSince(startedAt), heads, outcome, ...(trace !== undefined && { trace }) });
  };
  try {
    const outcomes = await analyze();
    tell('ok');
    return outcomes;
  } catch (error) {
    tell(outcomeOf(error, signal));
    throw error;
  }
}

/** Nothing of the request was checked yet. */
function countHeads(requests: unknown): number {
  try {
    return Object.keys(requests ?? {}).length;
  } catch {
    return 0;
  }
}

/** Tells of each model that made room for another. */
export function observeClosed(heads: readonly Head[], observer: ZooObserver): (closed: ClosedModel) => void {
  return ({ spec, provider, bytes, startedAt }) => {
    observer({ type: 'close', ...lastingSince(startedAt), model: identifyModel(spec.sha256, heads), provider, bytes });
  };
}

/** A backend of which nothing is used but `open`, of which it tells, and what it says of itself. */
export function observeOpens(
  backend: Backend,
  heads: readonly Head[],
  observer: ZooObserver,
): Pick<Backend, 'open' | 'memory' | 'filesOf' | 'hasTimeouts'> {
  return {
    ...(backend.hasTimeouts && { hasTimeouts: true }),
    ...(backend.memory && { memory: backend.memory }),
    ...(backend.filesOf && { filesOf: (spec: ModelFiles) => backend.filesOf!(spec) }),
    async open(spec: ModelFiles, signal?: AbortSignal): Promise<Session> {
      const startedAt = performance.now();
      const tell = (outcome: EventOutcome, provider?: string): void => {
        const model = identifyModel(spec.sha256, heads);
        observer({
          type: 'open',
          ...lastingSince(startedAt),
          model,
          ...(provider !== undefined && { provider }),
          outcome,
        });
      };
      try {
        const session = await backend.open(spec, signal);
        tell('ok', session.provider);
        return session;
      } catch (error) {
        tell(outcomeOf(error, signal));
        throw error;
      }
    },
  };
}
