import { describe, expect, test } from 'vitest';
import { shadeGrey, type GreyFacts } from './shade-grey.js';
import { parseWindowRule, type WindowRule } from './window-rule.js';

const FACTS: GreyFacts = {
  modality: null,
  bitsStored: 16,
  windows: [],
  storedEnds: [0, 65_535],
  apply: (stored) => stored,
  padding: null,
  isInverted: false,
};

/** Percentiles of numpy: numpy.percentile([3, 1, 4, 1, 5, 9, 2, 6], [10, 90]) is [1, 6.9]. */
const VALUES = [3, 1, 4, 1, 5, 9, 2, 6];

describe('the same values in any array get the same window', () => {
  test.each([
    ['uint8', Uint8Array.from(VALUES)],
    ['int16', Int16Array.from(VALUES)],
    ['uint32', Uint32Array.from(VALUES)],
    ['float32', Float32Array.from(VALUES)],
  ])('%s', (_name, stored) => {
    const percentiles = shadeGrey(stored, FACTS, { rule: 'percentiles', low: 10, high: 90 }).window;
    expect(percentiles.center).toBeCloseTo(3.95);
    expect(percentiles.width).toBeCloseTo(5.9);
    expect(shadeGrey(stored, FACTS, { rule: 'range' }).window).toMatchObject({ center: 5, width: 8 });
    expect(Array.from(shadeGrey(stored, FACTS, { rule: 'range' }).data)).toEqual([64, 0, 96, 0, 128, 255, 32, 159]);
  });
});

test('what is no number is black and does not count', () => {
  const stored = Float32Array.of(Number.NaN, 0, 10, Number.POSITIVE_INFINITY);
  const { data, window } = shadeGrey(stored, { ...FACTS, storedEnds: undefined }, { rule: 'range' });
  expect(window).toMatchObject({ center: 5, width: 10 });
  expect(Array.from(data)).toEqual([0, 0, 255, 0]);
});

test('one value alone, or none, is no error', () => {
  for (const stored of [Uint16Array.of(7, 7), Float32Array.of(Number.NaN), new Uint16Array()]) {
    expect(shadeGrey(stored, FACTS, { rule: 'percentiles', low: 1, high: 99 }).data.every((level) => level === 0)).toBe(
      true,
    );
  }
});

test.each([null, {}, { rule: 'window' }, { rule: 'fixed', center: '1', width: 2 }, { rule: 'range', low: 1 }])(
  'what is no rule: %o',
  (value) => {
    expect(() => parseWindowRule(value)).toThrow(expect.objectContaining({ code: 'INVALID_PARAM' }) as Error);
  },
);

test('a rule passes as it is', () => {
  const rule: WindowRule = { rule: 'file', index: 1, otherwise: 'modality' };
  expect(parseWindowRule(JSON.parse(JSON.stringify(rule)))).toEqual(rule);
});
