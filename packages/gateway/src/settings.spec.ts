import { describe, expect, it } from 'vitest';
import { checkSettings, DEFAULT_SETTINGS } from './settings.js';

const check = (given: object): void => checkSettings({ ...DEFAULT_SETTINGS, ...given });

describe('checkSettings', () => {
  it('takes the defaults, and what operators set', () => {
    expect(() => check({})).not.toThrow();
    expect(() => check({ dataDir: '/data', imageTtlMs: 2.592e9, trustProxy: ['loopback'], graceMs: 0 })).not.toThrow();
  });

  it.each([
    ['maxImages', 0, '>0; got 0'],
    ['maxQueryBytes', Infinity, 'got Infinity'],
    ['deadlineMs', 2 ** 31, 'got 2147483648'],
    ['graceMs', -1, '>=0; got -1'],
    ['explore', 'off', 'expected boolean, received string; got off'],
    ['trustProxy', true, 'got true'],
    ['maxImagesBytes', 1, 'Unrecognized key'],
  ])('refuses %s of %s by name', (name, value, message) => {
    expect(() => check({ [name]: value })).toThrow(RangeError);
    expect(() => check({ [name]: value })).toThrow(message);
    expect(() => check({ [name]: value })).toThrow(name);
  });
});
