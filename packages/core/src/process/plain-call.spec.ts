import { describe, expect, it } from 'vitest';
import { testMasks } from '../testing/test-heads.js';
import { checkRequests } from '../zoo/check-requests.js';
import { copyOptions, copyRequests } from './plain-call.js';

const copy = (requests: Record<string, unknown>) => copyRequests(checkRequests([testMasks], requests), requests);

/** What reactive frameworks make of an object: a proxy, at each level. */
function makeReactive<T extends object>(target: T): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key);
      return typeof value === 'object' && value !== null ? makeReactive(value) : value;
    },
  });
}

describe('the plain data of a call', () => {
  it('is made of proxies, and can cross to another process', () => {
    const given = { 'test-masks': { threshold: 0.4, points: [{ x: 1, y: 2, positive: true }] } };
    expect(() => structuredClone(makeReactive(given))).toThrow('could not be cloned');
    const requests = copy(makeReactive(given));
    expect(structuredClone(requests)).toEqual(given);
    const options = copyOptions(makeReactive({ encodings: ['png'], trace: 'request 7', deadlineMs: 5 } as const));
    expect(structuredClone(options)).toEqual({ encodings: ['png'], trace: 'request 7' });
  });

  it('has what was given and no defaults, which are not all valid where they are given', () => {
    expect(copy({ 'test-masks': {} })).toEqual({ 'test-masks': {} });
    expect(copy({ 'test-masks': { points: undefined, targets: ['left'] } })).toEqual({
      'test-masks': { targets: ['left'] },
    });
  });

  it('does not follow what the caller does to it later', () => {
    const given = { 'test-masks': { targets: ['left'] } };
    const requests = copy(given);
    given['test-masks'].targets.push('right');
    expect(requests).toEqual({ 'test-masks': { targets: ['left'] } });
  });
});
