import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalString, formatMoment, shortText } from './format-values.js';
import { createUid, uidOfDigest } from './uid.js';

describe('decimalString', () => {
  it('fits into 16 characters and is as near as these allow, whatever the number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), (value) => {
        const text = decimalString(value);
        expect(text.length).toBeLessThanOrEqual(16);
        expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(1e-8 * Math.abs(value));
      }),
    );
  });

  it('is exact where it fits, and has no more digits than asked for', () => {
    expect([0.661468, -158.135803, 5, -0].map((value) => decimalString(value))).toEqual([
      '0.661468',
      '-158.135803',
      '5',
      '0',
    ]);
    expect(decimalString(1 / 3, 4)).toBe('0.3333');
    expect(() => decimalString(NaN)).toThrow(RangeError);
  });
});

describe('shortText', () => {
  it('has no separator, no control character, and its length in characters', () => {
    expect(shortText('a\\b\nc', 64)).toBe('a b c');
    expect(shortText('肺肺肺', 2)).toBe('肺肺');
  });
});

describe('formatMoment', () => {
  it('is in the time zone of the source', () => {
    const now = new Date('2026-11-28T01:02:03Z');
    expect(formatMoment(now, '-0500')).toEqual({ date: '20261127', time: '200203' });
    expect(formatMoment(now, '+0530')).toEqual({ date: '20261128', time: '063203' });
  });
});

describe('UIDs', () => {
  it('are of the root for UUIDs, fresh, and at most 64 characters', () => {
    const uids = Array.from({ length: 100 }, createUid);
    expect(new Set(uids).size).toBe(100);
    for (const uid of uids) expect(uid).toMatch(/^2\.25\.[1-9]\d{1,38}$/);
  });

  it('follow from a digest as a UUID of version 8', () => {
    const uid = uidOfDigest('ab'.repeat(32));
    expect(uid).toBe(uidOfDigest('ab'.repeat(32)));
    const hex = BigInt(uid.slice(5)).toString(16);
    expect([hex[12], '89ab'.includes(hex[16]!)]).toEqual(['8', true]);
  });
});
