import { describe, expect, it } from 'vitest';
import { parseExactJson } from './parse-exact-json.js';

describe('parseExactJson', () => {
  it('keeps the digits of whole numbers that a double would round', () => {
    expect(parseExactJson('{"data":[-9007199254740993,9007199254740993 , 12]}')).toEqual({
      data: ['-9007199254740993', '9007199254740993', 12],
    });
  });

  it('leaves strings, fractions and exponents as they are', () => {
    const text =
      '["9007199254740993, \\"9007199254740993\\" NaN", 0.1234567890123456789, 1234567890123456789.5, 1e5, -2E-7]';
    expect(parseExactJson(text)).toEqual(JSON.parse(text));
  });

  it('reads what Python writes for numbers that are none', () => {
    expect(parseExactJson('[NaN, Infinity, -Infinity, 1]')).toEqual([null, null, null, 1]);
  });

  it('throws for what is not JSON', () => {
    expect(() => parseExactJson('[1234567890123456789')).toThrow(SyntaxError);
  });
});
