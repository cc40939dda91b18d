import type { ZooEvent, ZooObserver } from '../../contract/index.js';

/** Events on their way to the asking process. They go with the next message: there is one a second, and one a call. */
export interface EventRelay {
  /** Returns an observer that keeps each event until it is taken. The config's own observer hears it first. */
  after(own: ZooObserver | undefined): ZooObserver;
  /** Returns what happened since the last call, and forgets it. */
  take(): readonly ZooEvent[];
}

export function createRelay(): EventRelay {
  let kept: ZooEvent[] = [];
  return {
    after: (own) => (event) => {
      kept.push(event);
      return own?.(event); // `guardObserver` handles the promise of an async one
    },
    take() {
      const events = kept;
      kept = [];
      return events;
    },
  };
}
