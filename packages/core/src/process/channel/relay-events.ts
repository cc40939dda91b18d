import type { ZooEvent, ZooObserver } from '../../contract/index.js';

/** Events on their way to the asking process. They cross with the next message, of which there is one a second and one a call. */
export interface EventRelay {
  /** An observer that keeps each event until it is taken; the config's own one hears it first. */
  after(own: ZooObserver | undefined): ZooObserver;
  /** What happened since this was last asked. */
  take(): readonly ZooEvent[];
}

export function createRelay(): EventRelay {
  let kept: ZooEvent[] = [];
  return {
    after: (own) => (event) => {
      kept.push(event);
      return own?.(event); // what an async one comes to is up to who guards this one
    },
    take() {
      const events = kept;
      kept = [];
      return events;
    },
  };
}
