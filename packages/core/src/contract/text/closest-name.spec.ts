import { expect, it } from 'vitest';
import { closestName, didYouMean } from './closest-name.js';

it.each([
  ['automd', 'automed'],
  ['Automed', 'automed'],
  ['auto-med', 'automed'],
  ['medlcs', 'medcls'],
  ['sam', undefined],
  ['', undefined],
])('closestName(%j) is %j', (name, closest) => {
  expect(closestName(name, ['automed', 'medcls'])).toBe(closest);
});

it('didYouMean ends a message, or says nothing', () => {
  expect(didYouMean('automd', ['automed'])).toBe(' Did you mean "automed"?');
  expect(didYouMean('x', ['automed'])).toBe('');
});
