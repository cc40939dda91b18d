import { deserialize, serialize } from 'node:v8';
import { LRUCache } from 'lru-cache';
import type { Answer, Outcome } from '../../contract/index.js';
import { ownArrays } from '../../flow/own-arrays.js';

/** A head's answer with its provenance. */
export type Answered = Extract<Outcome<Answer>, { readonly ok: true }>;

/**
 * Answers of the heads of one zoo, by all that decides them, which is what an `answerKey` is made of. Heads are pure
 * and models fixed, so the same question has the same answer. Kept as bytes: the bound is exact, and nobody who writes
 * into an answer changes that of the next.
 */
export interface AnswerCache {
  get(key: string): Answered | undefined;
  set(key: string, answer: Answered): void;
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
      return bytes && ownArrays(deserialize(bytes) as Answered);
    },
    set(key, answer) {
      const bytes = toBytes(answer);
      if (bytes) kept.set(key, bytes);
    },
  };
}

/** Undefined for what cannot be written down, which a zoo does not answer with; such an answer is made again. */
function toBytes(answer: Answered): Buffer | undefined {
  try {
    return serialize(answer);
  } catch {
    return undefined;
  }
}
