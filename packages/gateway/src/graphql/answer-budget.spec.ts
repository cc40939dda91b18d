import { expect, it } from 'vitest';
import { AnswerBudget } from './answer-budget.js';

const spend = (value: unknown): void => new AnswerBudget(4096, new AbortController().signal).spend(value);

it.each([
  ['a text', 'x'.repeat(5000)],
  ['texts in a list', Array<string>(50).fill('x'.repeat(100))],
  ['texts in lists of lists', [Array<string>(50).fill('x'.repeat(100))]],
  ['points', Array.from({ length: 100 }, () => [1, 2])],
])('counts %s', (_, value) => {
  expect(() => spend(value)).toThrow(/more than 4096 bytes/);
});

it('lets through what is small, and objects, whose fields count by themselves', () => {
  expect(() => spend([{ text: 'x'.repeat(5000) }, 'x'.repeat(100)])).not.toThrow();
});
