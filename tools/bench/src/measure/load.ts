/** What callers met who asked again as soon as they were answered. */
export interface LoadReport {
  /** Answers a second. */
  readonly throughput: number;
  readonly latenciesMs: readonly number[];
}

export interface Load {
  readonly callers: number;
  readonly durationMs: number;
  /** At first, not counted: lines fill up. */
  readonly warmUpMs?: number;
}

/**
 * So many callers ask for so long. Answers count that came within the time; rejects with the first fault, when all have
 * ended.
 */
export async function applyLoad(
  { callers, durationMs, warmUpMs = 0 }: Load,
  ask: (caller: number) => Promise<void>,
  now: () => number = () => performance.now(),
): Promise<LoadReport> {
  const countFrom = now() + warmUpMs;
  const endAt = countFrom + durationMs;
  const latenciesMs: number[] = [];
  let hasFailed = false;

  async function call(caller: number): Promise<void> {
    while (now() < endAt && !hasFailed) {
      const askedAt = now();
      await ask(caller);
      const answeredAt = now();
      if (answeredAt >= countFrom && answeredAt <= endAt) latenciesMs.push(answeredAt - askedAt);
    }
  }

  const calls = Array.from({ length: callers }, (_, caller) =>
    call(caller).catch((error: unknown) => {
      hasFailed = true;
      throw error;
    }),
  );
  const ended = await Promise.allSettled(calls);
  for (const end of ended) if (end.status === 'rejected') throw end.reason as Error;
  return { throughput: latenciesMs.length / (durationMs / 1000), latenciesMs };
}
