import { describe, expect, it } from 'vitest';
import { heatMapUrl, maskUrl, parseLinkOutOfDomain, parseLinkParams, parseLinkView } from './links.js';

const id = 'a'.repeat(64);

describe('links', () => {
  it('hold the params, so that the picture can be made again', () => {
    const params = { threshold: 0.4, targets: ['left lung', 'Herz/λ'] };
    const { pathname, searchParams } = new URL(maskUrl(id, 'organs', 'left/right λ', params), 'http://x');
    expect(decodeURIComponent(pathname)).toBe(`/images/${id}/heads/organs/masks/left/right λ.png`);
    expect(parseLinkParams(searchParams.get('params'))).toEqual(params);
  });

  it('hold the view, so that the picture is one of the same frame and window', () => {
    const view = { frame: 2, window: { center: 40.5, width: 400 } };
    const urls = [maskUrl(id, 'organs', 'left', { threshold: 0.4 }, { view }), heatMapUrl(id, 'classes', {}, { view })];
    for (const url of urls) {
      expect(parseLinkView(new URL(url, 'http://x').searchParams.get('view'))).toEqual(view);
    }
    expect(parseLinkView(undefined)).toBeUndefined();
    expect(() => parseLinkView('WzFd')).toThrow(expect.objectContaining({ code: 'INVALID_PARAM' }));
  });

  it('hold whether an image out of domain is shown all the same', () => {
    for (const outOfDomain of ['warn', 'refuse'] as const) {
      const { searchParams } = new URL(maskUrl(id, 'organs', 'left', {}, { outOfDomain }), 'http://x');
      expect(parseLinkOutOfDomain(searchParams.get('outOfDomain') ?? undefined)).toBe(outOfDomain);
    }
    for (const given of ['warm', ['warn'], {}])
      expect(() => parseLinkOutOfDomain(given)).toThrow(expect.objectContaining({ code: 'INVALID_PARAM' }));
  });

  it('are short where there is nothing to hold', () => {
    expect(heatMapUrl(id, 'classes', {}, { outOfDomain: 'refuse' })).toBe(`/images/${id}/heads/classes/heat-map.png`);
    expect(parseLinkParams(undefined)).toEqual({});
  });

  it.each(['', 'x', 'bnVsbA', 'WzFd', ['e30'], { a: 'e30' }])(
    'refuse params that were not made here: %j',
    (encoded) => {
      expect(() => parseLinkParams(encoded)).toThrow(expect.objectContaining({ code: 'INVALID_PARAM' }));
    },
  );
});
