import 'reflect-metadata';
import type { Zoo } from '@medzoo/core';
import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../settings.js';
import { AnalysisPlaces } from './analysis-places.js';

const zoo = { runtime: () => ({ queue: { retryAfterMs: 5 } }) } as unknown as Zoo;

it.each([
  [1, '1 analysis from your address is running, as many as may. Ask again in a moment.'],
  [4, '3 analyses from your address are running, as many as may. Ask again in a moment.'],
])('tells a caller who has all that one may have of %i', (maxAnalysesAtOnce, message) => {
  const places = new AnalysisPlaces(zoo, { ...DEFAULT_SETTINGS, maxAnalysesAtOnce });
  while (places.isFree('me', 'interactive')) places.take('me', 'interactive');
  expect(places.busy('me', 'interactive').message).toBe(message);
});
