import { expect, it } from 'vitest';
import { parseBox, parsePoint } from './parse-prompts.js';

it('reads a box and points', () => {
  expect(parseBox('10, 20,30.5,40')).toEqual({ x: 10, y: 20, width: 30.5, height: 40 });
  expect(parsePoint('3,4', parsePoint('1,2'))).toEqual([
    { x: 1, y: 2 },
    { x: 3, y: 4 },
  ]);
});

it.each(['1,2,3', '1,2,3,4,5', '1,2,3,', '1,2,3,four'])('refuses the box %s', (text) => {
  expect(() => parseBox(text)).toThrow('Expected 4 numbers with commas between, such as 10,20,30,40.');
});
