import type { ZooRuntime } from '../contract/index.js';

/** Of a closed zoo: who asks whether to send calls learns that they would be refused. */
export const CLOSED_STATE: Pick<ZooRuntime, 'state' | 'reason'> = {
  state: 'degraded',
  reason: 'The zoo is closed: it takes no more calls.',
};
