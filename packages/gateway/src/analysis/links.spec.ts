import { describe, expect, it } from 'vitest';
import { heatMapUrl, maskUrl, parseLinkParams } from './links.js';

const id = 'a'.repeat(64);

describe('links', () => {
  it('hold the params, so that the picture can be made again', () => {
    const params = { threshold: 0.4, targets: ['left lung', 'Herz/λ'] };
    const { pathname, searchParams } = new URL(maskUrl(id, 'organs', 'left/right λ', params), 'http://x');
    expect(decodeURIComponent(pathname)).toBe(`/images/${id}/heads/organs/masks/left/right λ.png`);
    expect(parseLinkParams(searchParams.get('params'))).toEqual(params);
  });

  it('are short where there is nothing to hold', () => {
    expect(heatMapUrl(id, 'classes', {})).toBe(`/images/${id}/heads/classes/heat-map.png`);
    expect(parseLinkParams(undefined)).toEqual({});
  });

  it.each(['', 'x', 'bnVsbA', 'WzFd', ['e30'], { a: 'e30' }])(
    'refuse params that were not made here: %j',
    (encoded) => {
      expect(() => parseLinkParams(encoded)).toThrow(expect.objectContaining({ code: 'INVALID_PARAM' }));
    },
  );
});
