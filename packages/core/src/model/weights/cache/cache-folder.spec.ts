import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { findCacheFolder } from './cache-folder.js';
import { completeOptions } from '../weights-options.js';

const windows = { LOCALAPPDATA: '/local' };

it.each([
  ['its own variable before all', { MEDZOO_CACHE_DIR: '/own', XDG_CACHE_HOME: '/xdg' }, 'linux', '/own'],
  ['XDG_CACHE_HOME', { XDG_CACHE_HOME: '/xdg' }, 'linux', '/xdg/medzoo'],
  ['the home where XDG_CACHE_HOME is relative', { XDG_CACHE_HOME: 'xdg' }, 'linux', '/home/me/.cache/medzoo'],
  ['~/Library/Caches', { XDG_CACHE_HOME: '/xdg' }, 'darwin', '/home/me/Library/Caches/medzoo'],
  ['%LOCALAPPDATA%', windows, 'win32', '/local/medzoo/Cache'],
] as const)('findCacheFolder takes %s', (_, environment, platform, expected) => {
  expect(findCacheFolder(environment, platform, '/home/me')).toBe(expected);
});

it('findCacheFolder has a folder for a user without a home', () => {
  expect(findCacheFolder({}, 'linux', '')).toContain(tmpdir());
});

it.each([
  ['1', true],
  ['true', true],
  ['0', false],
  ['n', false],
  ['Disabled', false],
  ['', false],
  [undefined, false],
])('MEDZOO_OFFLINE=%s means %s, and an option overrides it', (value, offline) => {
  const environment = { HOME: '/home/me', MEDZOO_OFFLINE: value };
  expect(completeOptions({}, environment).offline).toBe(offline);
  expect(completeOptions({ offline: !offline }, environment).offline).toBe(!offline);
});
