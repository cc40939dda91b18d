import { expect, it } from 'vitest';
import { interleave } from './interleave.js';

it('variants take turns, each round beginning with another, and warm-up is not kept', async () => {
  const order: string[] = [];
  const shown: number[] = [];
  const variant = (name: string) => (round: number) => {
    order.push(`${name}${round}`);
    return Promise.resolve(`${name}${round}`);
  };
  const measured = await interleave(
    { a: variant('a'), b: variant('b'), c: variant('c') },
    { rounds: 2, warmUp: 1, onRound: (round) => void shown.push(round) },
  );
  expect(order).toEqual(['a0', 'b0', 'c0', 'b1', 'c1', 'a1', 'c2', 'a2', 'b2']);
  expect(measured).toEqual({ a: ['a1', 'a2'], b: ['b1', 'b2'], c: ['c1', 'c2'] });
  expect(shown).toEqual([1, 2]);
});

it('a variant that fails ends it: half a comparison is none', async () => {
  const variants = { a: () => Promise.resolve(1), b: () => Promise.reject(new Error('no such server')) };
  await expect(interleave(variants, { rounds: 3 })).rejects.toThrow('no such server');
});
