import { describe, expect, it, vi } from 'vitest';
import { sendRaw } from '../send-raw.js';
import { attack, type Attack } from './attack.js';
import { bodyAttacks } from './body-attacks.js';
import { httpAttacks } from './http-attacks.js';
import { imageAttacks } from './image-attacks.js';
import { queryAttacks } from './query-attacks.js';
import { type Load, startTarget, type Target } from './start-target.js';

/** What is promised for every request of at most 256 KiB that a stranger can send. */
const MAX_GAP_MS = 50;
const MAX_GROWTH_MB = 100;
/** Of a refusal: processor time, without what the gateway needs for itself while it is measured. */
const MAX_REFUSAL_CPU_MS = 10;

/** Sendings of one that seems dear. */
const TIMES = 24;

const FAULTS_OF_THE_SERVER = /INTERNAL_SERVER_ERROR|Something failed on the server/;

interface Measured extends Load {
  readonly status: number;
  readonly text: string;
}

/** The load of one sending, without what the gateway needs for itself in that time. */
async function measure(target: Target, { bytes, waitMs }: Attack): Promise<Measured> {
  await target.load();
  const { status, text } = await sendRaw(target.url, bytes, { quietMs: 10, waitMs });
  return { status, text, ...(await target.load()) };
}

/**
 * Of several sendings the one that cost least: what compilers and garbage collectors do beside the others is no cost of
 * a request.
 */
async function measureBest(target: Target, one: Attack, isGood: (load: Load) => boolean): Promise<Measured> {
  let best = await measure(target, one);
  for (let time = 1; time < TIMES && !isGood(best); time += 1) {
    const next = await measure(target, one);
    best = { ...next, gapMs: Math.min(best.gapMs, next.gapMs), cpuMs: Math.min(best.cpuMs, next.cpuMs) };
  }
  return best;
}

/** What a request costs that asks for next to nothing: most of it is the measuring. */
async function measureIdle(target: Target): Promise<number> {
  const costs: number[] = [];
  for (let time = 0; time < 9; time += 1)
    costs.push((await measure(target, attack('nothing', 'GET /health', {}))).cpuMs);
  return costs.toSorted((a, b) => a - b)[4]!;
}

async function findBroken(target: Target, one: Attack, idleMs: number): Promise<string[]> {
  const before = target.memoryMb();
  const isCheap = (cpuMs: number): boolean => cpuMs - idleMs < MAX_REFUSAL_CPU_MS;
  const measured = await measureBest(target, one, ({ gapMs, cpuMs }) => gapMs < MAX_GAP_MS && isCheap(cpuMs));
  const { status, text, gapMs, cpuMs } = measured;
  const growth = target.memoryMb() - before;
  const found = [
    [gapMs >= MAX_GAP_MS, `held up the event loop for ${gapMs.toFixed(0)} ms`],
    [growth >= MAX_GROWTH_MB, `left ${growth.toFixed(0)} MB behind`],
    [status >= 400 && !isCheap(cpuMs), `took ${cpuMs.toFixed(1)} ms to refuse`],
    [status === 500 || FAULTS_OF_THE_SERVER.test(text), `was a fault of the server: ${text.slice(-500)}`],
  ] as const;
  if (process.env.ATTACKS_REPORT !== undefined) {
    const numbers = `gap ${gapMs.toFixed(1)} cpu ${cpuMs.toFixed(1)} MB ${growth.toFixed(1)} bytes ${text.length}`;
    process.stderr.write(`${status} ${numbers} ${one.name}\n`);
  }
  return found.filter(([isBroken]) => isBroken).map(([, what]) => `${one.name} ${what}`);
}

const isOfTime = (what: string): boolean => / (held up the event loop for|took) [0-9.]+ ms/.test(what);

describe('one request', () => {
  it('breaks nothing, whatever it is', async () => {
    const target = await startTarget();
    const { imageId } = target;
    const attacks = [
      ...queryAttacks(imageId),
      ...bodyAttacks(imageId),
      ...httpAttacks(imageId),
      ...(await imageAttacks()),
    ];
    for (const one of attacks.slice(0, 5)) await measure(target, one); // code that runs for the first time is slow
    const idleMs = await measureIdle(target);
    const before = target.memoryMb();
    const broken: string[] = [];
    const slow: Attack[] = [];
    for (const one of attacks) {
      const found = await findBroken(target, one, idleMs);
      if (found.length > 0 && found.every(isOfTime)) slow.push(one);
      else broken.push(...found);
    }
    // Once more: for a second or two a machine may be busy with something else.
    for (const one of slow) broken.push(...(await findBroken(target, one, idleMs)));
    expect(broken).toEqual([]);
    // Of all together. What a garbage collector gives back a little later, or a reader of files that ends when it has
    // nothing to do, is not left behind.
    const isLittle = (): void => expect(target.memoryMb() - before).toBeLessThan(2 * MAX_GROWTH_MB);
    await vi.waitFor(isLittle, { timeout: 90_000, interval: 500 });
    expect((await target.get('/ready')).status).toBe(200);
    expect(target.output()).not.toContain('"level":50');
    expect(attacks.length).toBeGreaterThan(250);
  }, 180_000);
});
