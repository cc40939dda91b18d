/** Something that calls wait for and that nothing else in this process ends. */
interface Step {
  readonly isOpening: boolean;
  /** How often the process has looked since it began, or last went on. */
  looks: number;
}

export interface StepOptions {
  /** Aborts when nobody waits for the step any more: it is not followed further. */
  readonly signal?: AbortSignal | undefined;
  /** Whether a model is opened. Openings may wait for one another, and for weights from the network. */
  readonly isOpening?: boolean;
}

/** The steps of calls that have begun and not ended: models' runs, their opening, the decoding of images. */
export interface Steps {
  follow<T>(work: () => Promise<T>, options?: StepOptions): Promise<T>;
  /** Weights have come from the network: what is opened goes on. */
  noteFetching(): void;
  /**
   * To be called at equal intervals: through how many of them the oldest step has lasted. Looks are counted and not
   * time, because a step cannot end while another one's run blocks the thread, or while the process is stopped.
   */
  look(): number;
}

export function createSteps(): Steps {
  const steps = new Set<Step>();

  function goOn(): void {
    for (const step of steps) if (step.isOpening) step.looks = 0;
  }

  return {
    async follow(work, { signal, isOpening = false } = {}) {
      const step: Step = { isOpening, looks: 0 };
      const leave = (): void => void steps.delete(step);
      steps.add(step);
      signal?.addEventListener('abort', leave, { once: true });
      try {
        return await work();
      } finally {
        leave();
        signal?.removeEventListener('abort', leave);
        if (isOpening) goOn();
      }
    },
    noteFetching: goOn,
    look() {
      let oldest = 0;
      for (const step of steps) oldest = Math.max(oldest, (step.looks += 1));
      return oldest;
    },
  };
}

/** Of this process, whose zoo is asked by another one: that one ends it when a step never ends. */
export const stepsUnderWay = createSteps();
