import { expect, it } from 'vitest';
import { createAnswerCache, type Answered } from './answer-cache.js';

it('answers with data of the caller’s own, whose memory holds nothing else', () => {
  const cache = createAnswerCache(10_000);
  const made = { ok: true, value: { heatMap: { values: Float32Array.of(1, 2, 3) } } } as unknown as Answered;
  cache.set('key', made);
  const take = () => (cache.get('key') as unknown as { value: { heatMap: { values: Float32Array } } }).value.heatMap;
  const { values } = take();
  expect(new Float32Array(values.buffer)).toEqual(Float32Array.of(1, 2, 3));
  values.fill(0);
  expect(take().values).toEqual(Float32Array.of(1, 2, 3));
  expect(cache.get('another')).toBeUndefined();
});
