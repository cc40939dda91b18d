/**
 * The value below which a share (0..1) of the samples lies, interpolated between neighbours; throws a RangeError for no
 * samples.
 */
export function percentile(samples: readonly number[], share: number): number {
  if (samples.length === 0) throw new RangeError('A percentile needs at least one sample.');
  if (!(share >= 0 && share <= 1)) throw new RangeError(`A share is from 0 to 1; got ${share}.`);
  const sorted = samples.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return below + (above - below) * (at - Math.floor(at));
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** The median of what each round says of itself: a machine that gets slower slows both sides of a round. */
export function medianRatio(numerators: readonly number[], denominators: readonly number[]): number {
  if (numerators.length !== denominators.length) {
    throw new RangeError(`Rounds come in pairs; got ${numerators.length} and ${denominators.length}.`);
  }
  return median(numerators.map((value, round) => value / denominators[round]!));
}
