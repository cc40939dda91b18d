import { expect, it } from 'vitest';
import { createLoader } from './load-latest.js';

const soon = () => new Promise((resolve) => setTimeout(resolve));

it('a picture that cannot be loaded leaves the one before, and the next one is loaded', async () => {
  const told: string[] = [];
  const load = (url: string) => (url === 'b' ? Promise.reject(new Error('no')) : Promise.resolve(`picture ${url}`));
  const loadLatest = createLoader(load, { show: (picture) => told.push(picture), fail: () => told.push('failed') });
  for (const url of ['a', 'b', 'c']) {
    loadLatest(url);
    await soon();
  }
  expect(told).toEqual(['picture a', 'failed', 'picture c']);
});

it('one is loaded at a time, and then the latest', async () => {
  const asked: string[] = [];
  let finish: (value: string) => void = () => undefined;
  const load = (url: string) => {
    asked.push(url);
    return new Promise<string>((resolve) => (finish = resolve));
  };
  const told: string[] = [];
  const loadLatest = createLoader(load, { show: (loaded, url) => told.push(loaded, url), fail: () => undefined });
  for (const url of ['a', 'b', 'c']) loadLatest(url);
  expect(asked).toEqual(['a']);
  finish('first');
  await soon();
  expect(asked).toEqual(['a', 'c']);
  finish('last');
  await soon();
  expect(told).toEqual(['first', 'a', 'last', 'c']);
});
