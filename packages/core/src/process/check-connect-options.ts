import { parseOptions } from '../contract/options/parse-options.js';
import { connectOptions, type ConnectOptions } from './connect-options.js';

/**
 * Throws INVALID_PARAM for an unknown option, or for a value that its option cannot have, before a worker is started.
 */
export function checkConnectOptions(options: unknown): asserts options is ConnectOptions {
  parseOptions(connectOptions, options, { code: 'INVALID_PARAM', what: 'Options' });
}
