import { expect, it } from 'vitest';
import type { ParamSpecs } from './params.js';
import { takesPrompts } from './takes-prompts.js';

const description = '';
const CASES: readonly (readonly [expected: boolean, params: ParamSpecs])[] = [
  [false, {}],
  [false, { threshold: { type: 'number', default: 0.5, description }, targets: { type: 'labels', description } }],
  [true, { threshold: { type: 'number', default: 0.5, description }, points: { type: 'points', description } }],
  [true, { region: { type: 'box', description } }],
];

it.each(CASES)('a head takes prompts: %s', (expected, params) => {
  expect(takesPrompts({ params })).toBe(expected);
});
