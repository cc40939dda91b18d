import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { guardListener } from './guard-listener.js';

const warn = vi.spyOn(process, 'emitWarning');
beforeEach(() => void warn.mockReturnValue());
afterEach(() => void warn.mockReset());

it.each([
  ['throws', (): void => { throw new Error('mine'); }], // prettier-ignore
  ['throws what has no words', (): void => { throw Object.create(null); }], // prettier-ignore
  ['is async and rejects', async () => Promise.reject(new Error('mine'))],
])('a listener that %s is warned of once, and harms nobody', async (_, listener) => {
  const guarded = guardListener(listener, () => 'The listener failed')!;
  guarded();
  guarded();
  await new Promise(setImmediate); // an unhandled rejection would fail this file
  expect(warn.mock.calls).toEqual([
    [expect.stringMatching(/^The listener failed: (mine|something of type object)/), 'MedzooWarning'],
  ]);
});
