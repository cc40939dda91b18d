import { describe, expect, it } from 'vitest';
import { createFractalNoise } from './noise.js';
import { createRandom } from './random.js';

describe('randomness', () => {
  it('is the same for the same seed, and another for another', () => {
    const draw = (seed: number) => {
      const random = createRandom(seed);
      return Array.from({ length: 5 }, () => random.next());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('is normal where asked', () => {
    const random = createRandom(1);
    const values = Array.from({ length: 20_000 }, () => random.normal());
    const mean = values.reduce((a, b) => a + b) / values.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(values.reduce((sum, value) => sum + value ** 2, 0) / values.length).toBeCloseTo(1, 1);
  });

  it('makes noise that is smooth and within -1..1', () => {
    const noise = createFractalNoise(3);
    for (let step = 0; step < 1000; step += 1) {
      const x = step * 0.37 - 100;
      expect(Math.abs(noise(x, -x))).toBeLessThanOrEqual(1);
      expect(Math.abs(noise(x, -x) - noise(x + 1e-4, -x))).toBeLessThan(0.01);
    }
  });
});
