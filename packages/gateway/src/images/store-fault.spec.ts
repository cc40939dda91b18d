import { ZooError } from '@medzoo/core';
import { expect, it } from 'vitest';
import { StoreUnavailable, toStoreFault } from './store-fault.js';

const ofSystem = (code: string) => Object.assign(new Error(`${code}: /secret/path`), { code, syscall: 'open' });

it.each([
  ['ENOSPC', 'the disk is full'],
  ['EROFS', 'it can only be read'],
  ['EACCES', 'this account may not use it'],
  ['ENOENT', 'it is not there any more'],
  ['EFBIG', 'no file there may be so large'],
  ['ENOTCONN', 'its disk does not answer'],
  ['ETIMEDOUT', 'its disk does not answer'],
])('says in words what %s means, and names no path', (code, words) => {
  const reader = new ZooError('BACKEND_UNAVAILABLE', 'A file could not be written.', { cause: ofSystem(code) });
  for (const error of [ofSystem(code), reader]) {
    const fault = toStoreFault(error);
    expect(fault).toBeInstanceOf(StoreUnavailable);
    expect(fault).toMatchObject({ reason: words, cause: error });
    expect((fault as Error).message).toContain(words);
    expect((fault as Error).message).not.toContain('/secret');
  }
});

it.each([ofSystem('ECONNRESET'), ofSystem('EMFILE'), new ZooError('INVALID_IMAGE', 'No image.'), 'text', undefined])(
  'leaves another error as it is',
  (error) => {
    expect(toStoreFault(error)).toBe(error);
  },
);

it('tells a fault once', () => {
  const fault = toStoreFault(ofSystem('EIO'));
  expect(toStoreFault(fault)).toBe(fault);
});
