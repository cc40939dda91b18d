import { describe, expect, it } from 'vitest';
import { readEnvironment } from './read-environment.js';
import { DEFAULT_SETTINGS } from './settings.js';

describe('readEnvironment', () => {
  it('keeps the defaults for what is left out or empty', () => {
    const zoo = { processes: 'auto' };
    const expected = { host: '127.0.0.1', port: 4000, logLevel: 'info', settings: DEFAULT_SETTINGS, zoo };
    expect(readEnvironment({ PORT: '', PATH: '/bin' })).toEqual(expected);
  });

  it('reads numbers with their units', () => {
    const { port, settings } = readEnvironment({
      PORT: '0',
      MEDZOO_MAX_IMAGE_MB: '0.5',
      MEDZOO_IMAGE_TTL_SECONDS: '90',
      MEDZOO_EXPLORE: 'off',
    });
    expect(port).toBe(0);
    expect(settings).toMatchObject({ maxImageBytes: 524_288, imageTtlMs: 90_000, explore: false });
  });

  it('reads how the processes of the zoo are kept', () => {
    expect(readEnvironment({ MEDZOO_START_SECONDS: '600' }).zoo).toMatchObject({ startWithinMs: 600_000 });
    expect(readEnvironment({ MEDZOO_PROCESSES: '3', MEDZOO_RESERVE: 'off' }).zoo).toEqual({
      processes: 3,
      reserve: false,
    });
    expect(readEnvironment({ MEDZOO_PROCESSES: 'auto' }).zoo).toEqual({ processes: 'auto' });
    expect(() => readEnvironment({ MEDZOO_PROCESSES: '0' })).toThrow(
      "MEDZOO_PROCESSES: expected 'auto' or a whole number",
    );
  });

  it('names every variable that cannot be read', () => {
    expect(() => readEnvironment({ PORT: 'http', MEDZOO_MAX_UPLOADS: '0' })).toThrow(/PORT: .*MEDZOO_MAX_UPLOADS: /);
  });
});
