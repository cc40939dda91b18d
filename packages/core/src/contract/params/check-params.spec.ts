import { describe, expect, expectTypeOf, it } from 'vitest';
import { checkParams, checkPromptsInImage } from './check-params.js';

const SPECS = {
  threshold: { type: 'number', default: 0.5, min: 0, max: 1, description: 'x' },
  smooth: { type: 'boolean', default: true, description: 'x' },
  edge: { type: 'choice', default: 'soft', options: ['soft', 'hard'], description: 'x' },
  targets: { type: 'labels', description: 'x' },
  points: { type: 'points', description: 'x' },
  box: { type: 'box', description: 'x' },
} as const;
const LABELS = ['lungs', 'polyp'];

const check = (given: Record<string, unknown>) => checkParams(SPECS, given, LABELS);

describe('checkParams', () => {
  it('fills in defaults: all labels, no points, no box', () => {
    const values = check({ box: null });
    expect(values).toEqual({ threshold: 0.5, smooth: true, edge: 'soft', targets: LABELS, points: [], box: undefined });
    expectTypeOf(values.edge).toEqualTypeOf<'soft' | 'hard'>();
  });

  it('keeps what is valid; a point is positive unless it says otherwise', () => {
    const box = { x: 1, y: 2, width: 3, height: 4 };
    const given = { threshold: 0, smooth: false, edge: 'hard', targets: ['polyp'], points: [{ x: 1, y: 2 }], box };
    expect(check(given)).toEqual({ ...given, points: [{ x: 1, y: 2, positive: true }] });
  });

  it.each([
    [
      { treshold: 1 },
      'There is no param "treshold". This head takes threshold, smooth, edge, targets, points, box. Did you ' +
        'mean "threshold"?',
    ],
    [{ threshold: 2 }, 'Param "threshold" must be a number from 0 to 1; got 2.'],
    [{ threshold: NaN }, 'must be a number from 0 to 1; got NaN.'],
    [{ threshold: '0.5' }, 'got "0.5".'],
    [{ smooth: 1 }, 'Param "smooth" must be true or false; got 1.'],
    [{ edge: 'sotf' }, 'Param "edge" must be one of soft, hard; got "sotf". Did you mean'],
    [{ targets: ['polyps'] }, 'one of lungs, polyp; got "polyps". Did you mean "polyp"?'],
    [{ targets: [] }, 'must be a list of at least one of the labels of the model: lungs, polyp; got [].'],
    [{ points: [{ x: 1 }] }, 'Param "points" must be points of x and y in image pixels'],
    [{ points: { x: 1, y: 2 } }, 'must be a list'],
    [{ box: { x: 1, y: 2, width: 0, height: 4 } }, 'width and height above 0; got {"x":1,"y":2,"width":0,"height":4}.'],
    [{ box: { x: NaN, y: -Infinity, width: 3, height: 4 } }, 'got {"x":NaN,"y":-Infinity,"width":3,"height":4}.'],
    [{ points: [{ x: 1, y: Infinity }] }, 'got {"x":1,"y":Infinity}.'],
    [{ box: [1, 2, 3, 4] }, 'Param "box" must be a box of x, y, width and height'],
    [{ edge: 'x'.repeat(500) }, '…'],
    [{ constructor: 1 }, 'There is no param "constructor"'],
  ])('refuses %j', (given, message) => {
    expect(() => check(given)).toThrow(
      expect.objectContaining({ code: 'INVALID_PARAM', message: expect.stringContaining(message) as string }),
    );
  });
});

describe('checkPromptsInImage', () => {
  const image = { width: 30, height: 20 };

  it('takes prompts up to the edge', () => {
    const values = check({ points: [{ x: 30, y: 20 }], box: { x: 0, y: 0, width: 30, height: 20 } });
    expect(() => checkPromptsInImage(SPECS, values, image)).not.toThrow();
    expect(() => checkPromptsInImage(SPECS, check({}), image)).not.toThrow();
  });

  it.each([{ points: [{ x: 3, y: 21 }] }, { box: { x: 20, y: 0, width: 11, height: 5 } }])('refuses %j', (given) => {
    const message = /inside the image, which is 30 pixels wide and 20 high; got .* at x \d+, y \d+/;
    expect(() => checkPromptsInImage(SPECS, check(given), image)).toThrow(message);
  });
});
