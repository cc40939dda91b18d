import { getMaxListeners, setMaxListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ZooError } from '../contract/index.js';
import { lendController, ofWholeDeadline, startDeadline } from './start-deadline.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

/** 0 is no limit, which newer versions of Node begin with. */
const mostListeners = (signal: AbortSignal): number => getMaxListeners(signal) || Infinity;

describe('startDeadline', () => {
  it('aborts with DEADLINE_EXCEEDED in its time', () => {
    const { signal } = startDeadline({ deadlineMs: 100 });
    vi.advanceTimersByTime(99);
    expect(signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(signal.reason).toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { deadlineMs: 100 } });
  });

  it('aborts when the caller does, or had, with the reason given', () => {
    const controller = new AbortController();
    const { signal } = startDeadline({ signal: controller.signal });
    const reason = new Error('left');
    controller.abort(reason);
    expect(signal.reason).toBe(reason);
    expect(startDeadline({ signal: controller.signal }).signal.reason).toBe(reason);
  });

  it('never fires when cleared, or when there is no deadline', () => {
    const cleared = startDeadline({ deadlineMs: 100 });
    const endless = startDeadline({});
    cleared.clear();
    vi.advanceTimersByTime(1e12);
    expect([cleared.signal.aborted, endless.signal.aborted]).toEqual([false, false]);
  });

  it('uses a lent controller: a call then has one, and a deadline is not taken for a caller who left', () => {
    const late = new AbortController();
    const { signal, throwIfLeft } = startDeadline({ signal: lendController(late), deadlineMs: 100 });
    expect(signal).toBe(late.signal);
    vi.advanceTimersByTime(100);
    expect(signal.reason).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
    expect(throwIfLeft).not.toThrow();

    const left = new AbortController();
    const call = startDeadline({ signal: lendController(left), deadlineMs: 100 });
    left.abort(new Error('left'));
    expect(call.throwIfLeft).toThrow('left');
    call.clear();
  });

  it('takes numbers only', () => {
    for (const deadlineMs of [NaN, '5' as never]) {
      expect(() => startDeadline({ deadlineMs })).toThrow(expect.objectContaining({ code: 'INVALID_PARAM' }));
    }
  });

  it('lets as many listen as a call has heads, whose signal it may be', () => {
    for (const deadlineMs of [Infinity, 1000]) {
      const { signal } = new AbortController();
      const deadline = startDeadline({ signal, deadlineMs });
      expect(mostListeners(deadline.signal)).toBeGreaterThan(100);
      expect(mostListeners(signal)).toBeGreaterThan(100);
      deadline.clear();
    }
  });

  it.each([Infinity, 1000])('lets one signal end a whole batch of calls, with a deadline of %s ms', (deadlineMs) => {
    const { signal } = new AbortController();
    for (const calls of [400, 400]) {
      const batch = Array.from({ length: calls }, () => startDeadline({ signal, deadlineMs }));
      expect(mostListeners(signal)).toBeGreaterThanOrEqual(100 * calls);
      for (const deadline of batch) deadline.clear();
    }
    expect(getMaxListeners(signal)).toBeLessThanOrEqual(256 * 400); // not of calls that have ended
  });

  it('leaves a signal alone that has no limit', () => {
    const { signal } = new AbortController();
    setMaxListeners(0, signal);
    const deadline = startDeadline({ signal });
    expect(deadline.signal).toBe(signal);
    deadline.clear();
  });

  it('tells a caller of all that they allowed, where a worker had less of it left', () => {
    const late = new ZooError('DEADLINE_EXCEEDED', 'within 29.75 ms', { details: { deadlineMs: 29.75 } });
    const whole = ofWholeDeadline(late, 30);
    expect(whole).toMatchObject({ code: 'DEADLINE_EXCEEDED', details: { deadlineMs: 30 } });
    expect(whole.message).toContain('within 30 ms');
    const decoding = new ZooError('DEADLINE_EXCEEDED', 'The image took longer than 20 s to decode.');
    expect(ofWholeDeadline(decoding, 30)).toBe(decoding);
  });
});
