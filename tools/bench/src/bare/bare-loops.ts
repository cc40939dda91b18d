import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';

export interface BareLoops {
  /** Images a second of all processes together. */
  measure(files: readonly Uint8Array[], durationMs: number): Promise<number>;
  close(): void;
}

/** So many processes that loop side by side, each with so many threads. */
export async function startBareLoops(processes: number, threads: number, provider = 'cpu'): Promise<BareLoops> {
  const entry = new URL('bare-loop.js', import.meta.url);
  const children = Array.from({ length: processes }, () =>
    fork(entry, [String(threads), provider], { serialization: 'advanced' }),
  );
  await Promise.all(children.map(hear));
  return {
    async measure(files, durationMs) {
      const counts = children.map(async (child) => {
        child.send({ files, durationMs });
        return (await hear(child)).answers;
      });
      const total = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
      return total / (durationMs / 1000);
    },
    close: () => children.forEach((child) => child.disconnect()),
  };
}

async function hear(child: ChildProcess): Promise<{ readonly answers: number }> {
  const heard = new AbortController();
  const exit = once(child, 'exit', { signal: heard.signal }).then(([code]) => {
    throw new Error(`A bare loop ended with ${String(code)}.`);
  });
  try {
    const [message] = (await Promise.race([once(child, 'message'), exit])) as [{ readonly answers: number }];
    return message;
  } finally {
    exit.catch(() => undefined);
    heard.abort(); // or each measurement would leave a listener
  }
}
