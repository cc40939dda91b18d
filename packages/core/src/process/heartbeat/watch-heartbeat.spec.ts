import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HEARTBEAT_MS } from './heartbeat-channel.js';
import { watchHeartbeat } from './watch-heartbeat.js';

const TIMEOUT_MS = 5_000;
const events = { onBeat: vi.fn(), onLate: vi.fn(), onDead: vi.fn() };
let pipe: PassThrough;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  pipe = new PassThrough();
});
afterEach(() => {
  vi.useRealTimers();
  vi.clearAllMocks();
});

async function beat(periods = 0): Promise<void> {
  pipe.write(Uint8Array.of(periods));
  await new Promise(setImmediate);
}

describe('a heartbeat', () => {
  it('is owed from the first one on, is late after two seconds, and comes back', async () => {
    const heartbeat = watchHeartbeat(pipe, TIMEOUT_MS, events);
    vi.advanceTimersByTime(60_000);
    expect(heartbeat.isInTime).toBe(true);
    await beat();
    vi.advanceTimersByTime(1_999);
    expect(heartbeat.isInTime).toBe(true);
    vi.advanceTimersByTime(1);
    expect(heartbeat.isInTime).toBe(false);
    expect(events.onLate).toHaveBeenCalledTimes(1);
    await beat();
    expect(heartbeat.isInTime).toBe(true);
    expect(events.onDead).not.toHaveBeenCalled();
  });

  it('that stays away is told of once', async () => {
    watchHeartbeat(pipe, TIMEOUT_MS, events);
    await beat();
    vi.advanceTimersByTime(TIMEOUT_MS - 1);
    expect(events.onDead).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(events.onDead).toHaveBeenCalledTimes(1);
  });

  it('is not missed by a process that did not look: its own loop was blocked, or it was stopped itself', async () => {
    const heartbeat = watchHeartbeat(pipe, TIMEOUT_MS, events);
    await beat();
    for (let time = 0; time < 20; time += 1) {
      vi.advanceTimersByTime(HEARTBEAT_MS); // of a minute that has passed, an interval makes one call
      await beat();
    }
    expect(heartbeat.isInTime).toBe(true);
    expect(events.onLate).not.toHaveBeenCalled();
  });

  it('says for how long the main thread has not turned', async () => {
    const heartbeat = watchHeartbeat(pipe, TIMEOUT_MS, events);
    await beat(6);
    expect(heartbeat.blockedMs).toBe(3_000);
    await beat(0);
    expect(heartbeat.blockedMs).toBe(0);
    heartbeat.stop();
    vi.advanceTimersByTime(60_000);
    expect(events.onDead).not.toHaveBeenCalled();
  });
});
