/** Whether the person at the terminal has stopped the run, as by ctrl-C. */
export interface Interruption {
  /** Resolves when the run is stopped; never, if it is not. */
  readonly stopped: Promise<undefined>;
  readonly isStopped: () => boolean;
  /** Gives the signal back. */
  readonly release: () => void;
}

/** Waits for one SIGINT; a second one ends the process at once, as if nobody listened. */
export function awaitInterruption(): Interruption {
  let isStopped = false;
  let onSignal = (): void => undefined;
  const stopped = new Promise<undefined>((resolve) => {
    onSignal = () => {
      isStopped = true;
      resolve(undefined);
    };
  });
  process.once('SIGINT', onSignal);
  return { stopped, isStopped: () => isStopped, release: () => process.off('SIGINT', onSignal) };
}
