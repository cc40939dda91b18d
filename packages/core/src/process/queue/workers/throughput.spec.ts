import { expect, it } from 'vitest';
import { createThroughput } from './throughput.js';

it('a pace is measured where there is work, over bursts, and idle time is left out', () => {
  let now = 0;
  const pace = createThroughput(() => now);
  expect(pace.estimateMs(4)).toBe(1000);
  now = 60_000; // idle
  for (let burst = 0; burst < 3; burst += 1) {
    pace.begin(true);
    now += 2000;
    for (let call = 0; call < 4; call += 1) pace.end();
    now += 60_000;
  }
  expect(pace.estimateMs(4)).toBe(2000);
  expect(pace.estimateMs(1)).toBe(500);
});

it('a pace changes with the load, and is told within bounds', () => {
  let now = 0;
  const pace = createThroughput(() => now);
  pace.begin(true);
  for (let call = 0; call < 40; call += 1) {
    now += call < 8 ? 10_000 : 1;
    pace.end();
  }
  expect(pace.estimateMs(16)).toBe(100);
  now += 1e6;
  pace.end();
  expect(pace.estimateMs(16)).toBe(60_000);
});
