import { expect, it } from 'vitest';
import { CommandError } from './command-error.js';
import { describeError, inOneLine } from './describe-error.js';

it('gives one line that a terminal obeys nowhere', () => {
  const name = 'scan\u001B[2J\u202Egnp.\u2028\u009B1m\u0007.png';
  expect(describeError(new CommandError(`${name}:\n  is gone.`))).toBe('scan [2J gnp. 1m .png: is gone.');
  expect(describeError(new TypeError('a\tb'))).toBe('TypeError: a b');
  expect(inOneLine('plain  näme')).toBe('plain  näme');
});
