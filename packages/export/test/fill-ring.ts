import type { Size } from '@medzoo/core/contract';

/** The pixels whose centres (at .5) lie in a closed ring of image points, by either rule. */
export function fillRing(
  ring: readonly (readonly [number, number])[],
  { width, height }: Size,
  rule: 'even-odd' | 'non-zero',
): number[] {
  return Array.from({ length: width * height }, (_, at) => {
    const [x, y] = [(at % width) + 0.5, Math.floor(at / width) + 0.5];
    let [crossings, winding] = [0, 0];
    ring.forEach(([ax, ay], index) => {
      const [bx, by] = ring[(index + 1) % ring.length]!;
      if (ay <= y === by <= y || x >= ax + ((y - ay) * (bx - ax)) / (by - ay)) return;
      crossings += 1;
      winding += by > ay ? 1 : -1;
    });
    return rule === 'even-odd' ? crossings % 2 : Number(winding !== 0);
  });
}
