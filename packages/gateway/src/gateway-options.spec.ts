import { describe, expect, it } from 'vitest';
import { checkOptions, checkZoo, completeSettings, type GatewayOptions } from './gateway-options.js';
import { createLogger } from './observability/create-logger.js';
import { DEFAULT_SETTINGS } from './settings.js';
import { ZooMonitor } from './zoo-monitor.js';

describe('checkOptions', () => {
  it('takes what there is, and what is undefined as left out', () => {
    const logger = createLogger({ level: 'silent' });
    expect(() => checkOptions({ port: 0, host: '::1', settings: {}, logger, monitor: new ZooMonitor() })).not.toThrow();
    expect(() => checkOptions({ port: undefined, host: undefined, settings: undefined })).not.toThrow();
  });

  it.each([
    [{ prot: 3 }, 'Unrecognized key: "prot"'],
    [{ port: 'abc' }, 'port: '], // Node would listen on a socket of that name
    [{ port: -1 }, 'port: '],
    [{ port: 1.5 }, 'port: '],
    [{ host: 5 }, 'host: '],
    [{ host: '' }, 'host: Expected a name or an address'],
    [null, 'expected object'],
    [{ settings: 3 }, 'settings: '],
    [{ monitor: {} }, 'monitor: '],
  ])('refuses %o', (options, words) => {
    expect(() => checkOptions(options as GatewayOptions)).toThrow(RangeError);
    expect(() => checkOptions(options as GatewayOptions)).toThrow(words);
  });
});

it('completes settings, of which one that is undefined keeps its default', () => {
  expect(completeSettings({ maxImages: undefined, graceMs: 5 } as object)).toEqual({ ...DEFAULT_SETTINGS, graceMs: 5 });
});

it.each([undefined, null, {}, { config: 'medzoo.config.mjs' }])('refuses %o in the place of a zoo', (given) => {
  expect(() => checkZoo(given)).toThrow('The first argument of startGateway is a zoo');
});
