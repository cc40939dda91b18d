import type { Zoo } from '@medzoo/core';
import { inject, injectable } from 'tsyringe';
import type { ImageStore } from '../images/image-store.js';
import { IMAGES, ZOO } from '../injection.js';

export interface ReadinessReport {
  readonly status: 'ready' | 'degraded' | 'draining';
  readonly reason?: string;
  /** Whether requests should be sent here. */
  readonly isReady: boolean;
}

/** Degraded is ready as long as some process answers for the others, and images can be stored. */
@injectable()
export class Readiness {
  #isDraining = false;

  constructor(
    @inject(ZOO) private readonly zoo: Zoo,
    @inject(IMAGES) private readonly images: ImageStore,
  ) {}

  drain(): void {
    this.#isDraining = true;
  }

  /** Of the processes alone, which takes no time. */
  describe(): ReadinessReport {
    if (this.#isDraining) return { status: 'draining', reason: 'The gateway is shutting down.', isReady: false };
    const { state, reason, processes } = this.zoo.runtime();
    if (state === 'ready') return { status: 'ready', isReady: true };
    return { status: state, ...(reason && { reason }), isReady: processes.some((process) => process.state === 'up') };
  }

  /** Also of the folder of the images: where its disk does not answer, this does not either. */
  async describeAll(): Promise<ReadinessReport> {
    const report = this.describe();
    const fault = report.isReady ? await this.images.findFault() : undefined;
    return fault ? { status: 'degraded', reason: fault.message, isReady: false } : report;
  }
}
