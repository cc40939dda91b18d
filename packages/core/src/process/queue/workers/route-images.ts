import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** Keys, not images. */
const MAX_REMEMBERED = 10_000;

/** One of several workers that could have an image's embedding. */
export interface RouteTarget {
  /** Whether it gets calls. */
  readonly isUp: boolean;
  /** How many calls it has already. */
  readonly load: number;
}

/** Chooses the worker that an image goes to: the one that most likely has its embedding. */
export interface ImageRouter<T extends RouteTarget> {
  /**
   * The worker that had the image last, if it is up: it has the embedding. Otherwise one of the workers with the least
   * load, chosen by rendezvous hashing.
   */
  route(imageKey: string): T;
  /** This worker has begun with the image. */
  remember(target: T, imageKey: string): void;
  /** The worker's process has ended, and its embeddings are gone. */
  forget(target: T): void;
}

/** `targets` may grow. While one is down, the others take its images, and keep their own. */
export function createImageRouter<T extends RouteTarget>(targets: readonly T[]): ImageRouter<T> {
  const seenAt = new LRUCache<string, T>({ max: MAX_REMEMBERED });

  function route(imageKey: string): T {
    if (targets.length === 1) return targets[0]!;
    const seen = seenAt.get(imageKey);
    if (seen?.isUp) return seen;
    const up = targets.filter(({ isUp }) => isUp);
    const least = Math.min(...up.map(({ load }) => load));
    const candidates = up.length > 0 ? up.filter(({ load }) => load === least) : targets;
    const scores = candidates.map((target) => ({ target, score: computeScore(imageKey, targets.indexOf(target)) }));
    return scores.reduce((best, next) => (next.score > best.score ? next : best)).target;
  }

  return {
    route,
    remember: (target, imageKey) => void seenAt.set(imageKey, target),
    forget(target) {
      for (const [imageKey, seen] of seenAt.entries()) if (seen === target) seenAt.delete(imageKey);
    },
  };
}

/** 48 bits that depend on both arguments, and are the same in every process. */
function computeScore(imageKey: string, target: number): number {
  return createHash('sha256').update(`${target} ${imageKey}`).digest().readUIntBE(0, 6);
}
