import type { AnalyzeOptions, Answer, Head, Outcome, Provenance, ZooObserver } from '../../contract/index.js';
import type { AnswerCache, Answered } from './answer-cache.js';
import { answerKey, type RanFiles } from './cache-keys.js';
import type { HeadKeyOf } from './open-caches.js';
import type { RunningFiles } from '../models/running-files.js';
import type { AskedHead } from '../request/check-requests.js';

interface AskedOnce<A extends AskedHead> {
  readonly one: A;
  readonly known: Answered | undefined;
}

type Outcomes = Record<string, Outcome<Answer>>;

/**
 * Answers what was answered before from the cache, and the rest by `work`, whose answers are kept; failures are not.
 * Outcomes by head id, in the order of the request.
 */
export async function answerOrRun<A extends AskedHead>(
  { imageKey, headKeyOf, runningFiles, asked, startedAt, ...options }: Asked<A>,
  cache: AnswerCache,
  work: (unknown: readonly A[]) => Promise<readonly Outcome<Answer>[]>,
): Promise<Outcomes> {
  const { trace, observer } = options;
  const keyOf = ({ head, params }: A, ran: RanFiles): string =>
    answerKey(imageKey, headKeyOf(head, ran), { ...options, params });
  const all = asked.map((one): AskedOnce<A> => {
    const ran = findRanFiles(one.head, runningFiles);
    const known = ran && cache.get(keyOf(one, ran));
    const source = known ? 'cache' : 'run';
    observer?.({ type: 'answer', head: one.head.manifest.id, source, ...(trace !== undefined && { trace }) });
    return { one, known };
  });
  const unknown = all.filter(({ known }) => !known);
  const made = unknown.length > 0 ? await work(unknown.map(({ one }) => one)) : [];
  const fresh = new Map(unknown.map(({ one }, index) => [one, made[index]!]));
  for (const [one, outcome] of fresh) {
    if (outcome.ok) cache.set(keyOf(one, ranFilesOf(outcome)), outcome);
  }
  return Object.fromEntries(
    all.map(({ one, known }) => [
      one.head.manifest.id,
      known ? { ...known, provenance: atHand(known.provenance, startedAt) } : fresh.get(one)!,
    ]),
  );
}

export interface Asked<A extends AskedHead> extends Pick<
  AnalyzeOptions,
  'encodings' | 'polygonTolerance' | 'outOfDomain' | 'trace'
> {
  /** Whatever tells one picture from another. */
  readonly imageKey: string;
  readonly headKeyOf: HeadKeyOf;
  readonly runningFiles: Pick<RunningFiles, 'known'>;
  readonly asked: readonly A[];
  /** When the request came, by `performance.now()`. */
  readonly startedAt: number;
  readonly observer: ZooObserver | undefined;
}

/** Undefined where one of the two was never open: then it has made no answer here. */
function findRanFiles(head: Head, runningFiles: Pick<RunningFiles, 'known'>): RanFiles | undefined {
  const [own, encoder] = [runningFiles.known(head), runningFiles.known(head.encoder)];
  return own && encoder && { head: own.spec.sha256, encoder: encoder.spec.sha256 };
}

function ranFilesOf({ provenance: { head, encoder } }: Answered): RanFiles {
  return { head: head.sha256, encoder: encoder.sha256 };
}

/** Which models answered, and on what, stays; the time is that of this request. */
function atHand(made: Provenance, startedAt: number): Provenance {
  const idle = { decode: 0, preprocess: 0, encode: 0, head: 0, postprocess: 0 };
  return { ...made, cached: true, timingsMs: { ...idle, total: performance.now() - startedAt } };
}
