import {
  aFlag,
  aFunction,
  aListOf,
  aString,
  aWholeNumber,
  checkedElsewhere,
  checkOptions,
  milliseconds,
  type Expectations,
} from '../zoo/config/check-options.js';
import type { ConnectOptions } from './connect-options.js';

const OPTIONS: Expectations<ConnectOptions> = {
  config: {
    expected: 'the URL or path of a module',
    is: (value) => value instanceof URL || (typeof value === 'string' && value !== ''),
    isRequired: true,
  },
  decoders: {
    expected: 'the URL or path of a module',
    is: (value) => value instanceof URL || (typeof value === 'string' && value !== ''),
  },
  maxPending: aWholeNumber(1),
  processes: checkedElsewhere,
  standby: aFlag,
  graceMs: milliseconds(),
  killAfterMs: milliseconds(),
  startWithinMs: milliseconds(1),
  signal: { expected: 'an AbortSignal', is: (value) => value instanceof AbortSignal },
  heartbeatTimeoutMs: milliseconds(1000),
  stallAfterMs: milliseconds(1),
  execArgv: aListOf(aString, "a list of Node's options"),
  onExit: aFunction,
  onReady: aFunction,
  observer: aFunction,
};

/**
 * Throws INVALID_PARAM for an unknown option, or for a value that its option cannot have, before a worker is started.
 */
export function checkConnectOptions(options: ConnectOptions): void {
  checkOptions(options, OPTIONS, { code: 'INVALID_PARAM' });
}
