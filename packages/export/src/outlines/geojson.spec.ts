import { decodeRle } from '@medzoo/core';
import type { ImageMask } from '@medzoo/core/contract';
import { describe, expect, it } from 'vitest';
import { drawMask, NOTHING, PROVENANCE, RING, segmentation, SIZE, SPOT } from '../../test/answers.js';
import { fillRing } from '../../test/fill-ring.js';
import { toGeoJson } from './geojson.js';

const answer = (...masks: readonly ImageMask[]) => ({
  value: segmentation(...masks),
  provenance: PROVENANCE,
});

/** By the shoelace formula in the numbers as they are. */
function signedArea(ring: readonly (readonly [number, number])[]): number {
  return ring.slice(1).reduce((sum, [x, y], at) => sum + (ring[at]![0] * y - x * ring[at]![1]) / 2, 0);
}

describe('toGeoJson', () => {
  it('has each mask back from closed rings, holes within, wound as RFC 7946 asks', () => {
    const { features } = toGeoJson([answer(RING)]);
    const { coordinates } = features[0]!.geometry!;
    expect(coordinates).toHaveLength(2);
    const total = new Array<number>(SIZE.width * SIZE.height).fill(0);
    for (const polygon of coordinates) {
      polygon.forEach((ring, index) => {
        expect(ring[0]).toEqual(ring.at(-1));
        expect(Math.sign(signedArea(ring))).toBe(index === 0 ? 1 : -1);
        fillRing(ring.slice(0, -1), SIZE, 'even-odd').forEach((value, at) => {
          total[at] = total[at]! + (index === 0 ? value : -value);
        });
      });
    }
    expect(total).toEqual([...decodeRle(RING.rle)]);
  });

  it('says units, where y grows to, and who made it', () => {
    const [feature] = toGeoJson([{ ...answer(SPOT), image: 'a.png', frame: 2, pixelSize: { x: 0.5, y: 2 } }]).features;
    expect(feature!.properties).toMatchObject({
      label: 'polyp', image: 'a.png', frame: 2, unit: 'px', yAxis: 'down', area: 20, areaMm2: 20, imageWidth: 20,
      head: 'automed', headVersion: '0.5.0', weightsSha256: 'ab'.repeat(32), classification: { name: 'polyp' },
      weightsPrecision: 'reference',
    }); // prettier-ignore
    expect(toGeoJson([answer(SPOT)]).features[0]!.properties).toMatchObject({ image: 'ef'.repeat(32), areaMm2: null });
  });

  it('keeps an empty mask as a feature without a geometry, as RFC 7946 has it', () => {
    expect(toGeoJson([answer(NOTHING)]).features[0]!.geometry).toBeNull();
  });

  it('simplifies where asked to', () => {
    expect(() => toGeoJson([answer(SPOT)], { tolerance: -1 })).toThrow('tolerance must be 0 to 100');
    const stairs = drawMask('polyp', (x, y) => x >= 2 && y >= 2 && x + y < 16);
    const lengthAt = (tolerance: number) => JSON.stringify(toGeoJson([answer(stairs)], { tolerance })).length;
    expect(lengthAt(1)).toBeLessThan(lengthAt(0));
  });
});
