import type { ProcessRuntime, ZooRuntime } from '../contract/index.js';
import { countOf } from '../contract/text/count-of.js';

/** Describes how the workers are doing, for `runtime()`. */
export function describePool(processes: readonly ProcessRuntime[]): Pick<ZooRuntime, 'state' | 'reason' | 'processes'> {
  const count = (state: ProcessRuntime['state']): number => processes.filter((one) => one.state === state).length;
  const [starting, unresponsive] = [count('starting'), count('unresponsive')];
  if (starting + unresponsive === 0) return { state: 'ready', processes };
  const all = countOf(processes.length - count('standby'), 'process', 'processes');
  const reasons = [
    ...(starting > 0 ? [`Of ${all}, ${starting} ended and will be replaced.`] : []),
    ...(unresponsive > 0
      ? [`Of ${all}, ${unresponsive} sent no heartbeat and will be replaced unless a heartbeat comes.`]
      : []),
  ];
  return { state: 'degraded', reason: reasons.join(' '), processes };
}
