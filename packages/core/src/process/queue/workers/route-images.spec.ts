import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { createImageRouter, type RouteTarget, type ImageRouter } from './route-images.js';

interface TestPlace extends RouteTarget {
  isUp: boolean;
  load: number;
}

const images = Array.from({ length: 600 }, (_, index) => createHash('sha256').update(`${index}`).digest('hex'));
let places: TestPlace[];
let spread: ImageRouter<TestPlace>;

beforeEach(() => {
  places = Array.from({ length: 3 }, () => ({ isUp: true, load: 1 }));
  spread = createImageRouter(places);
});

const homes = () => images.map((sha256) => places.indexOf(spread.route(sha256)));

describe('createSpread', () => {
  it('gives each place a like share, and an image the same place each time', () => {
    const found = homes();
    expect(homes()).toEqual(found);
    for (const place of [0, 1, 2]) {
      const share = found.filter((home) => home === place).length;
      expect(share).toBeGreaterThan(150);
      expect(share).toBeLessThan(250);
    }
  });

  it('moves only the images of a place that is down, to all others, and back', () => {
    const before = homes();
    places[1]!.isUp = false;
    const during = homes();
    expect(during.filter((home, index) => before[index] !== 1 && home !== before[index])).toEqual([]);
    const moved = during.filter((_, index) => before[index] === 1);
    expect(new Set(moved)).toEqual(new Set([0, 2]));
    places[1]!.isUp = true;
    expect(homes()).toEqual(before);
  });

  it('gives a new image to one of those that have least to do', () => {
    const [busy, idle, other] = places;
    idle!.load = 0;
    other!.load = 0;
    expect(new Set(homes())).toEqual(new Set([1, 2]));
    busy!.load = 0;
    idle!.load = 5;
    expect(new Set(homes())).toEqual(new Set([0, 2]));
  });

  it('finds an image where it was last, until that process has ended', () => {
    const image = images[0]!;
    const home = spread.route(image);
    const other = places.find((place) => place !== home)!;
    spread.remember(other, image);
    other.load = 4;
    expect(spread.route(image)).toBe(other);
    other.load = 1;
    other.isUp = false;
    expect(spread.route(image)).toBe(home);
    other.isUp = true;
    spread.forget(other);
    expect(spread.route(image)).toBe(home);
  });

  it('has a place even while none is up', () => {
    for (const place of places) place.isUp = false;
    expect(places).toContain(spread.route(images[0]!));
  });
});
