import { deserialize, serialize } from 'node:v8';
import { LRUCache } from 'lru-cache';
import type { AnalyzeOptions, Answer, Outcome } from '../contract/index.js';
import type { AskedHead } from './check-requests.js';

/** A head's answer with its provenance. */
export type Answered = Extract<Outcome<Answer>, { readonly ok: true }>;

/**
 * Answers of the heads of one zoo, by all that decides them: the image's digest and view, the head, its params with their defaults, and the forms
 * of masks that were asked for. Heads are pure and models fixed, so the same question has the same answer. Kept as bytes: the bound is
 * exact, and nobody who writes into an answer changes that of the next.
 */
export interface AnswerCache {
  get(key: string): Answered | undefined;
  set(key: string, answer: Answered): void;
}

/** What it takes to tell two questions of one zoo apart. */
export function answerKey(
  imageKey: string,
  { head, params }: AskedHead,
  { encodings = [], polygonTolerance = 0 }: Pick<AnalyzeOptions, 'encodings' | 'polygonTolerance'>,
): string {
  return JSON.stringify([imageKey, head.manifest.id, params, encodings.toSorted(), polygonTolerance]);
}

/** The least recently used go when they pass `maxBytes` together. */
export function createAnswerCache(maxBytes: number): AnswerCache {
  const kept = new LRUCache<string, Buffer>({
    maxSize: Math.max(1, maxBytes), // 0 would mean no bound; nothing fits into 1
    sizeCalculation: (bytes, key) => bytes.length + key.length,
  });
  return {
    get(key) {
      const bytes = kept.get(key);
      return bytes && (deserialize(Buffer.from(bytes)) as Answered); // typed arrays in it lie in what was given
    },
    set: (key, answer) => void kept.set(key, serialize(answer)),
  };
}
