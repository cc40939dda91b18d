import type { Floats } from '../../answers/bytes.js';

/** For each cell of planes of one size, which of them is highest; the first of equals. */
export function winnersOf(planes: readonly Float32Array[]): Uint32Array {
  const winners = new Uint32Array(planes[0]?.length ?? 0);
  const highest = Float32Array.from(planes[0] ?? []);
  for (let index = 1; index < planes.length; index += 1) {
    const plane = planes[index]!;
    for (let cell = 0; cell < winners.length; cell += 1) {
      if (plane[cell]! <= highest[cell]!) continue;
      highest[cell] = plane[cell]!;
      winners[cell] = index;
    }
  }
  return winners;
}

/** Logits to probabilities that sum to 1 in each cell over all planes. */
export function softmaxPlanes(planes: readonly Float32Array[]): Floats[] {
  const cells = planes[0]?.length ?? 0;
  const probabilities = planes.map(() => new Float32Array(cells));
  for (let cell = 0; cell < cells; cell += 1) {
    let highest = -Infinity;
    for (const plane of planes) highest = Math.max(highest, plane[cell]!);
    let sum = 0;
    for (const plane of planes) sum += Math.exp(plane[cell]! - highest);
    planes.forEach((plane, index) => (probabilities[index]![cell] = Math.exp(plane[cell]! - highest) / sum));
  }
  return probabilities;
}
