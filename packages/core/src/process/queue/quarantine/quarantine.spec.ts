import { beforeEach, describe, expect, it } from 'vitest';
import { createQuarantine, type Quarantine } from './quarantine.js';

const bad = { imageKey: 'a', heads: ['masks', 'classes'] };
let now: number;
let quarantine: Quarantine;

beforeEach(() => {
  now = 1;
  quarantine = createQuarantine(() => now);
});

describe('the quarantine', () => {
  it('refuses the image for these heads, in any order and with others beside, and no other', () => {
    quarantine.record(bad, 'crashed');
    expect(quarantine.size).toBe(1);
    for (const heads of [bad.heads, bad.heads.toReversed(), [...bad.heads, 'more']]) {
      expect(quarantine.find({ ...bad, heads })).toMatchObject({
        code: 'IMAGE_QUARANTINED',
        details: { heads: ['classes', 'masks'], retryAfterMs: 60_000 },
      });
    }
    expect(quarantine.find({ ...bad, heads: ['masks'] })).toBeUndefined();
    expect(quarantine.find({ ...bad, imageKey: 'b' })).toBeUndefined();
  });

  it('ends after a minute; what does harm again is refused for longer, up to an hour', () => {
    for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
      quarantine.record(bad, 'crashed');
      now += minutes * 60_000 - 1;
      expect(quarantine.find(bad)).toBeDefined();
      now += 1;
      expect(quarantine.find(bad)).toBeUndefined();
      expect(quarantine.isSuspect(bad)).toBe(true);
      expect(quarantine.size).toBe(0);
    }
  });

  it('forgets an image that was answered, or that was not seen for a day', () => {
    quarantine.record(bad, 'crashed');
    now += 60_000;
    quarantine.clear({ ...bad, heads: ['masks'] }); // says nothing of both together
    expect(quarantine.isSuspect(bad)).toBe(true);
    quarantine.clear(bad);
    expect(quarantine.isSuspect(bad)).toBe(false);

    quarantine.record(bad, 'crashed');
    now += 25 * 3_600_000;
    expect(quarantine.isSuspect(bad)).toBe(false);
  });

  it('refuses one that held a process beyond its deadline twice', () => {
    quarantine.record(bad, 'overdue');
    expect(quarantine.find(bad)).toBeUndefined();
    expect(quarantine.isSuspect(bad)).toBe(true);
    quarantine.record(bad, 'overdue');
    expect(quarantine.find(bad)?.message).toContain('beyond its deadline');
  });
});
