import { expect, it } from 'vitest';
import { formatNames, parseNames } from './parse-names.js';
import { parseMaskValues, parseOptions } from './parse-options.js';

it('reads names with commas in quotes, and writes them so', () => {
  const names = ['healthy', 'cancer, invasive', 'the "other"'];
  expect(formatNames(names)).toBe('healthy,"cancer, invasive","the ""other"""');
  expect(parseNames(formatNames(names))).toEqual(names);
  expect(parseNames(' a , "b, c" ')).toEqual(['a', 'b, c']);
  expect(parseNames('a,')).toEqual(['a', '']);
  expect(() => parseNames('a,"b, c')).toThrow('The quotes in a,"b, c do not fit');
});

it('reads labels of options so, and spells letters with marks in one way', () => {
  const { answers } = parseOptions(['x', '--labels', 'U\u0308bergang,"a, b"', '--leave-out', '"No, none"']);
  expect(answers.labels).toEqual(['\u00dcbergang', 'a, b']);
  expect(answers.leaveOut).toEqual(['No, none']);
  expect(parseMaskValues('1=cell,"2=wall, outer"')).toEqual({ 1: 'cell', 2: 'wall, outer' });
});
