import type { Domain } from '../contract/index.js';
import type { HeadDomain } from '../contract/model/domain-spec.js';
import { createGaussian, distanceTo } from './gaussian.js';
import type { ImageLocation } from './locate-image.js';

export type JudgeDomain = (location: ImageLocation) => Domain;

/**
 * Decodes one domain of a head once. The score is a difference of two distances: to the nearest of the head's own
 * distributions, minus to the nearest other explanation. Other explanations are all images pooled, and each kind of
 * images that the head does not cover (relative Mahalanobis, Ren et al. 2021).
 */
export function createJudgeDomain({ own, covers, thresholds, use }: HeadDomain): JudgeDomain {
  const gaussians = own.map((one) => [one.name, createGaussian(one)] as const);
  const threshold = thresholds.find(({ falseRefusals }) => falseRefusals === use)!.score;
  const isCovered = new Set(covers);
  return ({ z, background, known }) => {
    const home = nearestOf(gaussians.map(([name, gaussian]) => [name, distanceTo(gaussian, z)] as const));
    const others = [...known].filter(([name]) => !isCovered.has(name));
    const other = Math.min(background, ...others.map(([, distance]) => distance));
    const score = home[1] - other;
    return { score, threshold, inDomain: score <= threshold, nearest: nearestOf([home, ...others])[0] };
  };
}

type Named = readonly [name: string, distance: number];

/** The first of equals. */
function nearestOf(named: readonly Named[]): Named {
  return named.reduce((nearest, one) => (one[1] < nearest[1] ? one : nearest));
}
