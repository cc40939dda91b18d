import { ZooError } from '@medzoo/core';
import { inject, injectable } from 'tsyringe';
import { SETTINGS } from '../injection.js';
import type { GatewaySettings } from '../settings.js';

/**
 * The uploads that may run at one time: so many in all, and so many of one caller, who must not shut the others out.
 */
@injectable()
export class UploadPlaces {
  readonly #runningBy = new Map<string, number>();
  #running = 0;

  constructor(@inject(SETTINGS) private readonly settings: GatewaySettings) {}

  /** Runs `upload` in a place, or rejects with BUSY. */
  async with<T>(caller: string, upload: () => Promise<T>): Promise<T> {
    this.#take(caller);
    try {
      return await upload();
    } finally {
      this.#give(caller);
    }
  }

  #take(caller: string): void {
    const { maxUploadsAtOnce, maxUploadsPerCaller = Math.max(1, Math.floor(maxUploadsAtOnce / 2)) } = this.settings;
    const own = this.#runningBy.get(caller) ?? 0;
    if (this.#running >= maxUploadsAtOnce) throw tooMany(`${this.#running} uploads are running`, this.#running);
    if (own >= maxUploadsPerCaller) throw tooMany(`${own} uploads are running from your address`, own);
    this.#running += 1;
    this.#runningBy.set(caller, own + 1);
  }

  #give(caller: string): void {
    this.#running -= 1;
    const own = this.#runningBy.get(caller)! - 1;
    if (own > 0) this.#runningBy.set(caller, own);
    else this.#runningBy.delete(caller);
  }
}

function tooMany(what: string, running: number): ZooError {
  return new ZooError('BUSY', `${what}, as many as may. Send the image again in a second.`, { details: { running } });
}
