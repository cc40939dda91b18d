import { expect, it } from 'vitest';
import { createSteps } from './steps-under-way.js';

const never = () => new Promise<never>(() => undefined);

it('counts the looks that the oldest step has lasted through, and forgets what has ended', async () => {
  const steps = createSteps();
  expect(steps.look()).toBe(0);
  let end = (): void => undefined;
  const first = steps.follow(() => new Promise<void>((resolve) => (end = resolve)));
  steps.look();
  void steps.follow(never);
  expect(steps.look()).toBe(2);
  end();
  await first;
  expect(steps.look()).toBe(2);
  await expect(steps.follow(() => Promise.reject(new Error('mine')))).rejects.toThrow('mine');
  await expect(steps.follow(() => { throw new Error('at once'); })).rejects.toThrow('at once'); // prettier-ignore
  expect(steps.look()).toBe(3);
});

it('does not follow what nobody waits for', () => {
  const steps = createSteps();
  const leaving = new AbortController();
  void steps.follow(never, { signal: leaving.signal });
  expect(steps.look()).toBe(1);
  leaving.abort();
  expect(steps.look()).toBe(0);
});

it('takes an opening to go on while weights arrive, or another model has been opened', async () => {
  const steps = createSteps();
  void steps.follow(never, { isOpening: true });
  steps.look();
  steps.noteFetching();
  expect(steps.look()).toBe(1);
  await steps.follow(() => Promise.resolve(), { isOpening: true });
  expect(steps.look()).toBe(1);
  await steps.follow(() => Promise.resolve());
  expect(steps.look()).toBe(2);
});
