import type { Zoo } from '@medzoo/core';
import { inject, injectable } from 'tsyringe';
import { ZOO } from '../injection.js';

export interface ReadinessReport {
  readonly status: 'ready' | 'degraded' | 'draining';
  readonly reason?: string;
  /** Whether requests should be sent here. */
  readonly isReady: boolean;
}

/** Degraded is ready as long as some process answers for the others. */
@injectable()
export class Readiness {
  #isDraining = false;

  constructor(@inject(ZOO) private readonly zoo: Zoo) {}

  drain(): void {
    this.#isDraining = true;
  }

  describe(): ReadinessReport {
    if (this.#isDraining) return { status: 'draining', reason: 'The gateway is shutting down.', isReady: false };
    const { state, reason, processes } = this.zoo.runtime();
    if (state === 'ready') return { status: 'ready', isReady: true };
    return { status: state, ...(reason && { reason }), isReady: processes.some((process) => process.state === 'up') };
  }
}
