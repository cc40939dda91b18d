import type { ProcessRuntime, ZooRuntime } from '../contract/index.js';

/** Describes how the workers are doing, for `runtime()`. */
export function describePool(processes: readonly ProcessRuntime[]): Pick<ZooRuntime, 'state' | 'reason' | 'processes'> {
  const count = (state: ProcessRuntime['state']): number => processes.filter((one) => one.state === state).length;
  const [starting, unresponsive] = [count('starting'), count('unresponsive')];
  if (starting + unresponsive === 0) return { state: 'ready', processes };
  const all = processes.length - count('standby');
  const reasons = [
    ...(starting > 0 ? [`${starting} of ${all} processes ended and are being replaced.`] : []),
    ...(unresponsive > 0
      ? [`${unresponsive} of ${all} processes send no heartbeat and are replaced unless they come back.`]
      : []),
  ];
  return { state: 'degraded', reason: reasons.join(' '), processes };
}
