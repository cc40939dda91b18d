import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

/** Digests, not images: where each was begun with last. */
const MAX_REMEMBERED = 10_000;

/** Of several places that could have an image's embedding. */
export interface Place {
  readonly isUp: boolean;
  /** What it has to do already. */
  readonly load: number;
}

/** Which of several processes an image goes to: the one that most likely has its embedding. */
export interface Spread<P extends Place> {
  /** Where the image was last, if that is up: its embedding is there. Else by rendezvous hashing, among those with least to do. */
  homeOf(sha256: string): P;
  /** The image is begun with here. */
  remember(place: P, sha256: string): void;
  /** Its process has ended, and the embeddings with it. */
  forget(place: P): void;
}

/** `places` may grow. While one is down, the others share its images; those of the others stay where they are. */
export function createSpread<P extends Place>(places: readonly P[]): Spread<P> {
  const seenAt = new LRUCache<string, P>({ max: MAX_REMEMBERED });

  function homeOf(sha256: string): P {
    if (places.length === 1) return places[0]!;
    const seen = seenAt.get(sha256);
    if (seen?.isUp) return seen;
    const up = places.filter(({ isUp }) => isUp);
    const least = Math.min(...up.map(({ load }) => load));
    const candidates = up.length > 0 ? up.filter(({ load }) => load === least) : places;
    const scores = candidates.map((place) => ({ place, score: weigh(sha256, places.indexOf(place)) }));
    return scores.reduce((best, next) => (next.score > best.score ? next : best)).place;
  }

  return {
    homeOf,
    remember: (place, sha256) => void seenAt.set(sha256, place),
    forget(place) {
      for (const [sha256, seen] of seenAt.entries()) if (seen === place) seenAt.delete(sha256);
    },
  };
}

/** 48 bits that depend on both: the same for the same image and place, in any process. */
function weigh(sha256: string, place: number): number {
  return createHash('sha256').update(`${place} ${sha256}`).digest().readUIntBE(0, 6);
}
