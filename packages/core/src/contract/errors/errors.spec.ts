import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isZooError, ZooError } from './errors.js';

const busy = new ZooError('BUSY', 'At most 8 images wait; 8 do. Ask again in a second.', {
  details: { waiting: 8 },
  cause: new TypeError('queue is full'),
});

describe('ZooError', () => {
  it('knows from its code who must act and whether to try again', () => {
    expect(busy).toMatchObject({ blame: 'server', retryable: true });
    expect(new ZooError('INVALID_PARAM', 'no')).toMatchObject({ blame: 'caller', retryable: false, details: {} });
  });

  it('crosses a process boundary whole', () => {
    const arrived = ZooError.fromJSON(
      structuredClone(JSON.parse(JSON.stringify(busy)) as ReturnType<ZooError['toJSON']>),
    );
    expect(arrived).toBeInstanceOf(ZooError);
    expect(arrived.toJSON()).toEqual(busy.toJSON());
    expect(arrived.cause).toMatchObject({ name: 'TypeError', message: 'queue is full' });
  });

  it('has one of the codes that there are', () => {
    const make = (code: string) => () => new ZooError(code as 'BUSY', 'no');
    expect(make('NOPE')).toThrow(/^The code of a ZooError is one of INVALID_IMAGE, .*; got "NOPE"\.$/);
    expect(make('toString')).toThrow(TypeError);
    expect(() => ZooError.fromJSON({ message: 'of another server' } as never)).toThrow('got undefined.');
    expect(isZooError(Object.assign(new Error('x'), { name: 'ZooError', code: 'toString' }))).toBe(false);
  });

  it('is told apart from other errors, by its data and not by its class', () => {
    expect(isZooError(busy)).toBe(true);
    expect(isZooError(Object.assign(new Error('x'), { name: 'ZooError', code: 'BUSY' }))).toBe(true);
    expect(isZooError(Object.assign(new Error('x'), { code: 'ENOENT' }))).toBe(false);
    expect(isZooError('BUSY')).toBe(false);
  });
});

it('each code stands in docs/errors.md, with whose turn it is', () => {
  const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
  const declared = [...read('./errors.ts').matchAll(/^ {2}([A-Z_]+): \{ blame: '(\w+)'/gm)].map(([, ...row]) => row);
  const told = [...read('../../../../../docs/errors.md').matchAll(/^\| `([A-Z_]+)` +\| (\w+) +\|/gm)].map(
    ([, ...row]) => row,
  );
  expect(declared.length).toBeGreaterThan(10);
  expect(told.sort()).toEqual(declared.sort());
});
