import { describe, expect, it } from 'vitest';
import { checkJson } from './check-json.js';

const check = (text: string): void => checkJson(Buffer.from(text), 'The body');

describe('checkJson', () => {
  it.each([
    [
      'what clients send',
      JSON.stringify({ query: '{ heads { id } }', variables: { heads: [{ id: 'a', params: {} }] } }),
    ],
    ['signs of lists in a text', JSON.stringify({ query: '[{,'.repeat(30_000) })],
    ['escaped quotes and backslashes', JSON.stringify({ query: `${'\\"['.repeat(40)}\\`, more: '['.repeat(40) })],
    ['many lists beside each other', `[${'[],'.repeat(9000)}[]]`],
    ['32 levels', '['.repeat(32) + ']'.repeat(32)],
    ['what is no JSON', ']]}}"'],
    ['nothing', ''],
  ])('lets %s pass', (_name, text) => {
    expect(() => check(text)).not.toThrow();
  });

  it.each([
    ['33 levels', '['.repeat(33), 'The body is nested more than 32 levels deep'],
    ['levels of both kinds', '{"a":['.repeat(17), 'The body is nested more than 32 levels deep'],
    ['levels after a text', `["\\\\", ${'['.repeat(33)}`, 'The body is nested more than 32 levels deep'],
    ['many numbers', `[${'1,'.repeat(20_001)}1]`, 'The body has too many values'],
    ['many empty objects', `[${'{}'.repeat(20_001)}]`, 'The body has too many values'],
    ['many keys', `{${'"a":1 '.repeat(10_001)}}`, 'The body has too many keys and texts'],
  ])('refuses %s', (_name, text, message) => {
    expect(() => check(text)).toThrow(message);
  });

  it('reads a text of any escapes once', () => {
    const text = `{"a": "${'\\'.repeat(200_000)}" , "b": "${'\\"'.repeat(60_000)}"}`;
    expect(() => check(text)).not.toThrow();
  });
});
