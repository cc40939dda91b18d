import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { StoreUnavailable, toStoreFault } from '../store-fault.js';

const { R_OK, W_OK, X_OK } = constants;

/** A folder that somebody may delete, or take the disk or the rights of, and give back. */
export class WatchedFolder {
  #looking: Promise<StoreUnavailable | undefined> | undefined;

  constructor(private readonly dir: string) {}

  /**
   * Why nothing can be stored there now; undefined if something can, as far as can be told without writing. A disk that
   * does not answer is waited for once, however many ask: each wait holds a thread.
   */
  findFault(): Promise<StoreUnavailable | undefined> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #look(): Promise<StoreUnavailable | undefined> {
    try {
      await access(`${this.dir}/.`, R_OK | W_OK | X_OK); // not of a file that has taken its place
      return undefined;
    } catch (error) {
      const fault = toStoreFault(error);
      return fault instanceof StoreUnavailable ? fault : new StoreUnavailable('it cannot be reached', error);
    }
  }
}
