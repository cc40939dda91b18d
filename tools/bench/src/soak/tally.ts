/** How a request of the soak may end: with an answer, by the client's own abort, or with an error that has a name. */
export type Ending = 'answer' | 'aborted' | (string & {});

/** Codes that a client may meet under load, aborts, crashes and bad input, and that say what to do. */
const NAMED: ReadonlySet<string> = new Set([
  'INVALID_IMAGE',
  'UNSUPPORTED_FORMAT',
  'IMAGE_TOO_LARGE',
  'INVALID_PARAM',
  'UNKNOWN_HEAD',
  'IMAGE_NOT_FOUND',
  'IMAGE_QUARANTINED',
  'INFERENCE_FAILED',
  'BACKEND_UNAVAILABLE',
  'BUSY',
  'DEADLINE_EXCEEDED',
]);

/** What was asked, and what it may lead to but for what load does to any request. */
export interface Expected {
  readonly kind: string;
  /** Codes that this request has to end with, if it is wrong on purpose; none for one that is right. */
  readonly codes?: readonly string[];
}

/** May happen to a request that is right, and to one that is wrong before anybody has looked. */
const OF_LOAD: ReadonlySet<string> = new Set([
  'BUSY',
  'DEADLINE_EXCEEDED',
  'BACKEND_UNAVAILABLE',
  'INFERENCE_FAILED',
  'aborted',
]);

export interface Tally {
  /** Notes how a request ended; `code` is undefined for an error without a name, of which `words` says more. */
  note(expected: Expected, ending: Ending | undefined, words?: string): void;
  /** Counts by kind and ending. */
  counts(): Readonly<Record<string, number>>;
  readonly total: number;
  /** Of the requests that were right and not aborted, 0..1. */
  answeredShare(): number;
  /** What must not have happened, in words. */
  violations(): readonly string[];
}

export function createTally(): Tally {
  const counts = new Map<string, number>();
  const violations = new Map<string, number>();
  let total = 0;
  let right = 0;
  let answered = 0;
  const add = (to: Map<string, number>, key: string): void => void to.set(key, (to.get(key) ?? 0) + 1);

  function findViolation({ kind, codes }: Expected, ending: Ending | undefined, words: string): string | undefined {
    if (ending === undefined) return `${kind} ended with an error that has no name: ${words}`;
    if (ending !== 'answer' && ending !== 'aborted' && !NAMED.has(ending))
      return `${kind} ended with ${ending}: ${words}`;
    if (OF_LOAD.has(ending)) return undefined;
    if (codes && !codes.includes(ending)) return `${kind} ended with ${ending}; ${codes.join(' or ')} was right`;
    if (!codes && ending !== 'answer') return `${kind} ended with ${ending}; nothing was wrong with it: ${words}`;
    return undefined;
  }

  return {
    note(expected, ending, words = '') {
      total += 1;
      if (!expected.codes && ending !== 'aborted') right += 1;
      if (!expected.codes && ending === 'answer') answered += 1;
      add(counts, `${expected.kind}: ${ending ?? 'no name'}`);
      const violation = findViolation(expected, ending, words);
      if (violation !== undefined) add(violations, violation);
    },
    counts: () => Object.fromEntries([...counts].toSorted(([a], [b]) => a.localeCompare(b))),
    get total() {
      return total;
    },
    answeredShare: () => (right === 0 ? 0 : answered / right),
    violations: () => [...violations].map(([text, times]) => (times > 1 ? `${text} (${times} times)` : text)),
  };
}
