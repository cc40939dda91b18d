import { describe, expect, it } from 'vitest';
import { findPixelSize } from './pixel-size.js';

const spacing = { x: 0.5, y: 0.25, unit: 'mm', source: 'PixelSpacing' } as const;
const regions = [{ left: 10, top: 20, right: 109, bottom: 119 }];

describe('the size of a pixel', () => {
  it('is what the file says in millimetres of the patient, and nothing else', () => {
    expect(findPixelSize(spacing)).toEqual({ x: 0.5, y: 0.25 });
    expect(findPixelSize(null)).toBeUndefined();
    expect(findPixelSize({ ...spacing, unit: 'mm at detector' })).toBeUndefined();
  });

  it.each([
    [{ x: 10, y: 20, width: 100, height: 100 }, true],
    [{ x: 10, y: 20, width: 101, height: 100 }, false],
    [{ x: 9, y: 20, width: 10, height: 10 }, false],
    [{ x: 110, y: 20 }, true],
    [{ x: 110.5, y: 20 }, false],
    [null, true],
  ])('holds in the regions that the file names and nowhere else: %j', (box, isKnown) => {
    expect(findPixelSize({ ...spacing, regions }, box) !== undefined).toBe(isKnown);
  });
});
