import { expect, it } from 'vitest';
import { checkConnectOptions } from './check-connect-options.js';
import { connectZoo } from './connect-zoo.js';

const config = 'no-such-config.mjs';

it.each<[object, string | RegExp]>([
  [{ maxPending: NaN }, 'maxPending is a whole number, 1 or more; got NaN.'],
  [{ maxPending: 0 }, 'got 0.'],
  [{ maxPending: -1 }, 'got -1.'],
  [{ stallAfterMs: 0 }, 'stallAfterMs is a number of milliseconds from 1 to 2147483647; got 0.'],
  [{ stallAfterMs: Infinity }, 'got Infinity.'],
  [{ startWithinMs: 2 ** 31 }, 'startWithinMs is a number of milliseconds from 1 to 2147483647; got 2147483648.'],
  [{ heartbeatTimeoutMs: 10 }, 'heartbeatTimeoutMs is a number of milliseconds from 1000 to 2147483647; got 10.'],
  [{ signal: {} }, 'signal is an AbortSignal; got {}.'],
  [{ graceMs: NaN }, 'graceMs is a number of milliseconds from 0 to 2147483647; got NaN.'],
  [{ killAfterMs: -1 }, 'got -1.'],
  [{ standby: 'yes' }, 'standby is true or false; got "yes".'],
  [{ execArgv: '--inspect' }, 'execArgv is a list of Node\'s options; got "--inspect".'],
  [{ onExit: {} }, 'onExit is a function; got {}.'],
  [{ reserve: false }, /no option reserve; .* It is called standby since 0\.2\.0\.$/],
  [{ maxPendng: 3 }, /no option maxPendng; .* Did you mean "maxPending"\?$/],
  [{ config: undefined }, 'config is the URL or path of a module; got undefined.'],
])('refuses %o', (options, message) => {
  const check = () => checkConnectOptions({ config, ...options });
  expect(check).toThrow(expect.objectContaining({ code: 'INVALID_PARAM' }));
  expect(check).toThrow(message);
});

it.each([0, 1.5, -1, NaN, 65, 'two', { devices: [] }, { devices: [0, 0] }, { devices: ['a'] }, {}])(
  'refuses the processes %j',
  (processes) => {
    expect(() => checkConnectOptions({ config, processes })).toThrow(
      /^processes is a number from 1 to 64, 'auto', or \{ devices: \[0, 1\] \} with one or more different GPUs; got \S+\.$/,
    );
  },
);

it('is what connectZoo asks first', async () => {
  await expect(connectZoo({ config, maxPending: 0 })).rejects.toThrow(/^maxPending is/);
});
