import { describe, expect, it } from 'vitest';
import { boxBetween, describePrompts, NOTHING_SHOWN, paramsFor, placeAt, type PromptedHead } from './prompts.js';

const head: PromptedHead = {
  ...{ id: 'promptable', title: 'Prompted', trainedFor: '' },
  points: { name: 'points', most: 8 },
  box: 'box',
};
const size = { width: 320, height: 200 };
const on = { x: 3, y: 4, positive: true };
const beside = { x: 9, y: 4, positive: false };

describe('places', () => {
  it('are in image pixels, to a tenth, and inside the image', () => {
    expect(placeAt({ x: 0.5, y: 0.33333 }, size)).toEqual({ x: 160, y: 66.7 });
    expect(placeAt({ x: -0.2, y: 1.4 }, size)).toEqual({ x: 0, y: 200 });
  });

  it('make a box in whatever direction it is dragged', () => {
    const box = { x: 80, y: 20, width: 160, height: 100 };
    expect(boxBetween({ x: 0.25, y: 0.1 }, { x: 0.75, y: 0.6 }, size)).toEqual(box);
    expect(boxBetween({ x: 0.75, y: 0.6 }, { x: 0.25, y: 0.1 }, size)).toEqual(box);
    expect(boxBetween({ x: 0.25, y: 0.6 }, { x: 0.75, y: 0.1 }, size)).toEqual(box);
  });

  it('make no box without an area', () => {
    expect(boxBetween({ x: 0.25, y: 0.1 }, { x: 0.25, y: 0.6 }, size)).toBeNull();
    expect(boxBetween({ x: 1.1, y: 0.1 }, { x: 1.4, y: 0.6 }, size)).toBeNull();
  });
});

describe('params', () => {
  it('go by the names of the head', () => {
    const box = { x: 1, y: 2, width: 3, height: 4 };
    expect(paramsFor(head, { points: [on, beside], box })).toEqual({ points: [on, beside], box });
    const other = { ...head, points: { name: 'clicks', most: 1 }, box: 'frame' };
    expect(paramsFor(other, { points: [on], box })).toEqual({ clicks: [on], frame: box });
    expect(paramsFor(head, { points: [], box })).toEqual({ box });
  });

  it('wait for something to look at', () => {
    expect(paramsFor(head, NOTHING_SHOWN)).toBeUndefined();
    expect(paramsFor(head, { points: [beside], box: null })).toBeUndefined();
  });
});

describe('words', () => {
  it('say how to begin', () => {
    expect(describePrompts(head, NOTHING_SHOWN)).toBe('Click on an object, or drag a box around it.');
    expect(describePrompts({ ...head, points: null }, NOTHING_SHOWN)).toBe('Drag a box around an object.');
    expect(describePrompts({ ...head, box: null }, NOTHING_SHOWN)).toBe('Click on an object.');
  });

  it('say what is shown and what is missing', () => {
    const box = { x: 1, y: 2, width: 3, height: 4 };
    const words = 'Shown: 2 points on the object, 1 point beside it, a box.';
    expect(describePrompts(head, { points: [on, on, beside], box })).toBe(words);
    const early = 'Shown: 1 point beside it: now click on the object itself.';
    expect(describePrompts(head, { points: [beside], box: null })).toBe(early);
  });
});
