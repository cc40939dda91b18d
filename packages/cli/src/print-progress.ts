import type { ModelProgress } from '@medzoo/core';
import { formatBytes } from '@medzoo/core/doctor';

/** Steps of one file that are told where lines cannot be written over. */
const STEPS = 10;

export interface ProgressPrinter {
  print(progress: ModelProgress): void;
  /** Distinct files that are there, and their bytes. */
  total(): { readonly files: number; readonly bytes: number };
}

/**
 * Tells people how a prefetch goes: one line a file that is written over in a terminal, a line every tenth of a file in
 * a log.
 */
export function createProgressPrinter(write: (text: string) => void, isTerminal: boolean): ProgressPrinter {
  const ready = new Map<string, number>();
  let last = '';
  return {
    print({ model, sha256, state, receivedBytes, totalBytes, reason }) {
      const tenth = totalBytes === undefined ? 0 : Math.floor((receivedBytes / totalBytes) * STEPS);
      const step = [model, sha256, state, state === 'fetching' ? tenth : '', reason].join(' ');
      if (!isTerminal && step === last) return;
      last = step;
      const line = `${model}: ${describe(state, receivedBytes, totalBytes, reason)}`;
      if (state === 'ready') ready.set(sha256, receivedBytes);
      if (isTerminal) write(`\r\u001B[K${line}${state === 'ready' ? '\n' : ''}`);
      else write(`${line}\n`);
    },
    total: () => ({ files: ready.size, bytes: [...ready.values()].reduce((sum, bytes) => sum + bytes, 0) }),
  };
}

function describe(
  state: ModelProgress['state'],
  received: number,
  total: number | undefined,
  reason = 'the connection broke',
): string {
  const bytes = formatBytes(received);
  switch (state) {
    case 'waiting':
      return 'another process fetches it';
    case 'fetching':
      return total === undefined
        ? `${bytes} fetched`
        : `${bytes} of ${formatBytes(total)} (${Math.floor((received / total) * 100)} %)`;
    case 'retrying':
      return `${reason}, with ${bytes} fetched; trying again`;
    case 'verifying':
      return 'verifying';
    case 'ready':
      return `${bytes}, verified`;
  }
}
