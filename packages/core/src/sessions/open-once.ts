import type { Backend, ModelSpec, Session } from '../contract/index.js';
import { untilAborted } from './abort.js';

export interface OpenSession {
  readonly spec: ModelSpec;
  readonly session: Session;
}

/** Sessions by model: each is opened when first needed, and once. */
export interface OpenSessions {
  /** An asker who leaves does not stop the opening for others; one that failed is tried again by the next asker. */
  open(spec: ModelSpec, signal?: AbortSignal): Promise<Session>;
  /** What is open now. */
  list(): readonly OpenSession[];
  /** Closes what is open, and what is still opening once it is. */
  close(): Promise<void>;
}

export function openOnce(backend: Pick<Backend, 'open'>): OpenSessions {
  const sessions = new Map<string, Promise<Session>>();
  const ready = new Map<string, OpenSession>();

  function open(spec: ModelSpec): Promise<Session> {
    const key = JSON.stringify(spec); // the same file declared in another way has to be checked again
    const known = sessions.get(key);
    if (known) return known;
    const opening = backend.open(spec);
    sessions.set(key, opening);
    opening.then(
      (session) => ready.set(key, { spec, session }),
      () => sessions.delete(key),
    );
    return opening;
  }

  return {
    open: (spec, signal) => untilAborted(open(spec), signal),
    list: () => [...ready.values()],
    async close() {
      const opened = [...sessions.values()];
      sessions.clear();
      ready.clear();
      const settled = await Promise.allSettled(opened);
      const open = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
      await Promise.all(open.map((session) => session.close()));
    },
  };
}
