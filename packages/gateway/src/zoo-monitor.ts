/** What is known of the process that has the zoo: `connectZoo` reports, `/ready` and `/metrics` tell. */
export class ZooMonitor {
  #isUp = true;
  #exits = 0;

  /** Whether the process is there; until it is replaced, requests wait for the next one. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /** How often it ended without being told to. */
  get exits(): number {
    return this.#exits;
  }

  readonly onExit = (): void => {
    this.#isUp = false;
    this.#exits += 1;
  };

  readonly onReady = (): void => {
    this.#isUp = true;
  };
}
