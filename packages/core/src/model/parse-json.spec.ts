import { expect, it } from 'vitest';
import { parseJson } from './parse-json.js';

it('reads what JSON.parse reads', () => {
  expect(parseJson('{"labels": ["benign", "malignant"]}')).toEqual({ labels: ['benign', 'malignant'] });
});

it.each([
  ['a comma before a closing brace', '{\n  "secret": 1,\n}', 'line 3, column 1 (a name in double quotes'],
  ['a comma before a closing bracket', '{"secret": [1,\n2,]}', 'line 2, column 3 (a value was expected'],
  ['no comma', '{"a": 1\n "secret": 2}', 'line 2, column 2 (a comma was expected)'],
  ['no colon', '{"secret" 1}', 'line 1, column 11 (a colon was expected)'],
  ['no end', '{"secret": {"a": 1}', 'line 1, column 20 (a closing } was expected)'],
  ['a second value', '{}\n{"secret": 1}', 'line 2, column 1 (the end of the file was expected)'],
  ['a comment', '{ // secret\n}', 'line 1, column 3 (JSON has no comments)'],
  ['a word of another language', '{"a": secret}', 'line 1, column 7 (there is a word'],
  ['a text that goes on in the next line', '{"a": "secret\nmore"}', 'line 1, column 7 (a text does not end'],
  ['nothing', '', 'line 1, column 1 (a value was expected'],
])('says where %s is, and nothing of the content', (_, text, place) => {
  expect(() => parseJson(text)).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
  expect(() => parseJson(text)).toThrow(`it is not JSON: ${place}`);
  expect(() => parseJson(text)).not.toThrow('secret');
});

it('fails, too, where JSON.parse alone is so strict', () => {
  expect(() => parseJson('{"a": "\tb"}')).toThrow('it is not JSON');
});
