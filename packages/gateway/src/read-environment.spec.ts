import { describe, expect, it } from 'vitest';
import { readEnvironment, warnOfUnknownVariables } from './read-environment.js';
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
    expect(readEnvironment({ MEDZOO_DEADLINE_SECONDS: '0.0001' }).settings.deadlineMs).toBe(1);
  });

  it('reads nothing into blanks, which files of variables have at the ends of lines', () => {
    const { port, settings } = readEnvironment({ PORT: ' ', MEDZOO_EXPLORE: 'off\r', MEDZOO_DATA_DIR: '/images\r' });
    expect(port).toBe(4000);
    expect(settings).toMatchObject({ explore: false, dataDir: '/images' });
  });

  it.each([
    ['MEDZOO_MAX_IMAGE_MB', '64MB', 'expected a number; got "64MB"'],
    ['MEDZOO_MAX_IMAGE_MB', '0', 'expected a number above 0; got "0"'],
    ['MEDZOO_MAX_IMAGES', '1.5', 'expected a whole number from 1 to 10000000; got "1.5"'],
    ['MEDZOO_MAX_UPLOADS', '0', 'expected a whole number from 1; got "0"'],
    ['MEDZOO_MAX_SERIES_FRAMES', '100001', 'expected a whole number from 1 to 100000; got "100001"'],
    ['MEDZOO_MIN_UPLOAD_KB_PER_SECOND', '-1', 'expected 0 or a number above it; got "-1"'],
    ['MEDZOO_DEADLINE_SECONDS', '-3', 'expected a number above 0; got "-3"'],
    ['MEDZOO_PROCESSES', '100', 'expected \'auto\' or a whole number from 1 to 99; got "100"'],
    ['PORT', '70000', 'expected a whole number from 0 to 65535; got "70000"'],
    ['PORT', 'http', 'expected a whole number from 0 to 65535; got "http"'],
    ['LOG_LEVEL', 'verbose', 'expected one of fatal, error, warn, info, debug, silent; got "verbose"'],
    ['MEDZOO_OFFLINE', 'maybe', 'expected on or off; got "maybe"'],
    ['MEDZOO_PACKED_WEIGHTS', 'auto', 'expected on or off; got "auto"'],
    ['MEDZOO_STANDBY', 'auto', 'expected on or off; got "auto"'],
  ])('says what %s may be', (name, value, words) => {
    expect(() => readEnvironment({ [name]: value })).toThrow(`${name}: ${words}.`);
  });

  it('reads how the processes of the zoo are kept', () => {
    expect(readEnvironment({ MEDZOO_START_SECONDS: '600' }).zoo).toMatchObject({ startWithinMs: 600_000 });
    expect(readEnvironment({ MEDZOO_PROCESSES: '3', MEDZOO_STANDBY: 'off' }).zoo).toEqual({
      processes: 3,
      standby: false,
    });
    expect(readEnvironment({ MEDZOO_PROCESSES: 'auto' }).zoo).toEqual({ processes: 'auto' });
    expect(() => readEnvironment({ MEDZOO_PROCESSES: '0' })).toThrow(
      "MEDZOO_PROCESSES: expected 'auto' or a whole number",
    );
  });

  it('reads whom to trust and under which names to answer', () => {
    const read = (env: Record<string, string>) => readEnvironment(env).settings;
    expect(read({ MEDZOO_ALLOWED_HOSTS: 'zoo.example.org, 10.0.0.7,[fd00::7]' }).allowedHosts).toEqual([
      'zoo.example.org',
      '10.0.0.7',
      '[fd00::7]',
    ]);
    expect(read({ MEDZOO_TRUST_PROXY: '1' }).trustProxy).toBe(1);
    expect(read({ MEDZOO_TRUST_PROXY: '0' }).trustProxy).toBe(false);
    expect(read({ MEDZOO_TRUST_PROXY: 'loopback, 10.0.0.0/8, fd00::1' }).trustProxy).toEqual([
      'loopback',
      '10.0.0.0/8',
      'fd00::1',
    ]);
  });

  it.each([
    ['MEDZOO_ALLOWED_HOSTS', 'zoo.example.org:4000'],
    ['MEDZOO_ALLOWED_HOSTS', 'http://zoo.example.org'],
    ['MEDZOO_TRUST_PROXY', 'true'],
    ['MEDZOO_TRUST_PROXY', '10.0.0.0/99'],
    ['MEDZOO_TRUST_PROXY', 'nginx'],
    ['MEDZOO_DEADLINE_SECONDS', '2592000'],
    ['MEDZOO_START_SECONDS', '2592000'],
    ['MEDZOO_UPLOAD_WINDOW_SECONDS', '1e9'],
    ['MEDZOO_KEEP_ALIVE_SECONDS', '2147484'],
  ])('refuses %s=%s', (name, value) => {
    expect(() => readEnvironment({ [name]: value })).toThrow(new RegExp(`${name}: expected`));
  });

  it('takes a month for images to keep, which no timer can last', () => {
    expect(readEnvironment({ MEDZOO_IMAGE_TTL_SECONDS: '2592000' }).settings.imageTtlMs).toBe(2_592_000_000);
  });

  it('names every variable that cannot be read', () => {
    expect(() => readEnvironment({ PORT: 'http', MEDZOO_MAX_UPLOADS: '0' })).toThrow(/PORT: .*MEDZOO_MAX_UPLOADS: /);
  });

  it('says which variables are no settings', () => {
    expect(
      warnOfUnknownVariables({
        MEDZOO_MAX_IMAGE: '5',
        MEDZOO_RESERVE: 'off',
        MEDZOO_STANDBY: 'off',
        MEDZOO_OFFLINE: 'on',
        MEDZOO_PACKED_WEIGHTS: '0',
        PATH: '',
      }),
    ).toEqual([
      'MEDZOO_MAX_IMAGE is no setting of the gateway and changes nothing. Did you mean "MEDZOO_MAX_IMAGES"?',
      'MEDZOO_RESERVE is no setting of the gateway and changes nothing. It is called MEDZOO_STANDBY since 0.2.0.',
    ]);
  });
});
