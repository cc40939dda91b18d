import { inject, injectable } from 'tsyringe';
import { MONITOR } from '../injection.js';
import type { ZooMonitor } from '../zoo-monitor.js';

export interface ReadinessReport {
  readonly status: 'ready' | 'degraded' | 'draining';
  readonly reason?: string;
}

/** Whether requests should be sent here. */
@injectable()
export class Readiness {
  #isDraining = false;

  constructor(@inject(MONITOR) private readonly monitor: ZooMonitor) {}

  drain(): void {
    this.#isDraining = true;
  }

  describe(): ReadinessReport {
    if (this.#isDraining) return { status: 'draining', reason: 'The gateway is shutting down.' };
    if (this.monitor.isUp) return { status: 'ready' };
    return {
      status: 'degraded',
      reason: "The zoo's process ended and another is being started; requests wait for it.",
    };
  }
}
