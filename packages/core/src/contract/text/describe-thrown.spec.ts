import { expect, it } from 'vitest';
import { ZooError } from '../errors/errors.js';
import { describeThrown } from './describe-thrown.js';

const withMessage = (get: () => unknown): Error => Object.defineProperty(new Error(), 'message', { get });
const throwing = () => {
  throw new Error('not even this');
};

it.each<[string, unknown, string]>([
  ['an error', new TypeError('no such thing'), 'no such thing'],
  ['a text', 'stop', 'stop'],
  ['nothing', undefined, 'undefined'],
  ['a symbol', Symbol('x'), 'Symbol(x)'],
  ['an object without a prototype', Object.create(null), 'something of type object that has no words'],
  ['an object that cannot be read', new Proxy({}, { get: throwing }), 'something of type object that has no words'],
  ['an error whose message cannot be read', withMessage(throwing), 'something of type object that has no words'],
  ['an error whose message is no text', withMessage(() => Object.create(null)), 'something of type object that'],
])('has words for %s', (_, thrown, words) => {
  expect(describeThrown(thrown)).toContain(words);
});

it('keeps them short', () => {
  expect(describeThrown(new Error('x'.repeat(1e6))).length).toBe(2000);
});

it('lets any cause of an error cross to another process', () => {
  const cause = Object.assign(withMessage(throwing), { name: Object.create(null) as string });
  const expected = { name: 'Error', message: 'something of type object that has no words' };
  expect(new ZooError('HEAD_FAILED', 'x', { cause }).toJSON().cause).toEqual(expected);
});
