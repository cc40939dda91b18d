import { describe, expect, it } from 'vitest';
import { readCommand } from './read-command.js';

describe('readCommand', () => {
  it.each([
    [['prefetch'], { name: 'prefetch', config: undefined, json: false }],
    [['doctor', '--json', '--config', 'a.mjs'], { name: 'doctor', config: 'a.mjs', json: true }],
    [['--help'], { name: 'help' }],
    [['doctor', '-h'], { name: 'help' }],
    [['--version'], { name: 'version' }],
  ])('reads %j', (args, expected) => {
    expect(readCommand(args)).toMatchObject(expected);
  });

  it.each([
    [[], 'prefetch, doctor; got none'],
    [['docter'], 'got docter'],
    [['doctor', 'now'], 'got doctor now'],
    [['doctor', '--jsn'], '--jsn'],
    [['prefetch', '--json'], '--json goes with doctor'],
  ])('refuses %j', (args, words) => {
    expect(() => readCommand(args)).toThrow(words);
  });
});
