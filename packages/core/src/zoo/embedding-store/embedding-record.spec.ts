import { describe, expect, it } from 'vitest';
import { testEncoder } from '../../testing/test-heads.js';
import { embeddingKey, readRecord, writeRecord } from './embedding-record.js';
import { fromHalf, toHalf } from './half-precision.js';

const { trained } = testEncoder;
const IMAGE = '1'.repeat(64);
const key = embeddingKey(IMAGE, trained);
const values = Float32Array.of(0, -1.5, 65_504, 0.1, 2 ** -24, -0.0003);
const record = writeRecord(key, [1, 2, 3], toHalf(values)!);

describe('half precision', () => {
  it('rounds to 11 bits, and a rounded number to itself', () => {
    const rounded = fromHalf(toHalf(values)!);
    expect([...rounded.subarray(0, 3)]).toEqual([0, -1.5, 65_504]);
    rounded.forEach((value, index) => {
      expect(Math.abs(value - values[index]!)).toBeLessThanOrEqual(
        Math.max(2 ** -11 * Math.abs(values[index]!), 2 ** -25),
      );
    });
    expect(fromHalf(toHalf(rounded)!)).toEqual(rounded);
  });

  it('does not hold what is too large, or no number', () => {
    for (const value of [65_520, -1e9, NaN, Infinity]) expect(toHalf(Float32Array.of(1, value))).toBeUndefined();
  });
});

describe('a record', () => {
  it('gives back the shape and the rounded elements', () => {
    expect(readRecord(key, record)).toEqual({ dtype: 'float32', shape: [1, 2, 3], data: fromHalf(toHalf(values)!) });
  });

  it('that is damaged, foreign, or of another format is none', () => {
    const [format, lengths, sum, payload] = record.split(' ');
    const other = embeddingKey('2'.repeat(64), trained);
    const wrong: Record<string, unknown> = {
      nothing: undefined,
      'no text': { format },
      'another text': 'hello',
      'another version': record.replace(format!, 'medzoo-embedding-0'),
      'another shape': record.replace(lengths!, '1x3x2'),
      'a changed element': [format, lengths, sum, `B${payload!.slice(1)}`].join(' '),
      'cut off': record.slice(0, -4),
      'something left over': `${record} more`,
      'under another key': writeRecord(other, [1, 2, 3], toHalf(values)!),
      'a shape that is none': writeRecord(key, [1, -2, -3], toHalf(values)!),
      'fewer elements than its shape': writeRecord(key, [1, 2, 4], toHalf(values)!),
    };
    for (const [why, value] of Object.entries(wrong)) expect(readRecord(key, value), why).toBeUndefined();
  });
});

describe('a key', () => {
  it('is of one image, one encoder and one preprocessing, and does not show the image', () => {
    const { model, preprocess } = trained;
    const others = [
      embeddingKey('2'.repeat(64), trained),
      embeddingKey(IMAGE, { ...trained, model: { ...model, sha256: '0'.repeat(64) } }),
      embeddingKey(IMAGE, { ...trained, preprocess: { ...preprocess, interpolation: 'nearest' } }),
      embeddingKey(IMAGE, { ...trained, preprocess: { ...preprocess, mean: [1, 2, 3] } }),
    ];
    expect(new Set([key, ...others]).size).toBe(5);
    expect(key).not.toContain(IMAGE.slice(0, 16));
    expect(embeddingKey(IMAGE, { ...trained, version: '2.0.0' })).toBe(key);
  });
});
