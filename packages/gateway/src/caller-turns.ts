/** Who asks for something that takes time. */
export interface Asker {
  /** Callers take turns, and no caller may take all places. */
  readonly caller: string;
  readonly signal?: AbortSignal | undefined;
}

/** A job that waits for its turn. It never rejects. */
type Turn = () => Promise<void>;

/** Runs one job after the other: callers take turns, and the jobs of one caller keep their order. */
export class CallerTurns {
  /** In the order in which callers have their turns. */
  readonly #waiting = new Map<string, Turn[]>();
  #isRunning = false;

  /**
   * Rejects with what `job` rejects with, or at once with the signal's reason. A job whose turn has not come then is
   * not begun; one that runs keeps its turn until it ends.
   */
  async take<T>({ caller, signal }: Asker, job: () => Promise<T>): Promise<T> {
    signal?.throwIfAborted();
    let leave: () => void = () => undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        const turn: Turn = () => job().then(resolve, reject);
        leave = () => {
          this.#remove(caller, turn);
          reject(signal?.reason as Error);
        };
        signal?.addEventListener('abort', leave, { once: true });
        this.#waiting.set(caller, [...(this.#waiting.get(caller) ?? []), turn]);
        void this.#run();
      });
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let turn = this.#next(); turn; turn = this.#next()) await turn();
    this.#isRunning = false;
  }

  /** Takes the oldest job of the caller whose turn it is, who then comes last. */
  #next(): Turn | undefined {
    const [next] = this.#waiting;
    if (!next) return undefined;
    const [caller, [turn, ...others]] = next;
    this.#waiting.delete(caller);
    if (others.length > 0) this.#waiting.set(caller, others);
    return turn;
  }

  #remove(caller: string, turn: Turn): void {
    const others = this.#waiting.get(caller)?.filter((one) => one !== turn) ?? [];
    if (others.length > 0) this.#waiting.set(caller, others);
    else this.#waiting.delete(caller);
  }
}
