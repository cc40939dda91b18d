import { parseOptions } from '../../contract/options/parse-options.js';
import { zooConfig } from './zoo-config.js';

/**
 * Throws INVALID_MANIFEST for an option that there is not, or that cannot be what is given, before anything is opened.
 */
export function checkConfig(config: unknown): void {
  parseOptions(zooConfig, config, { code: 'INVALID_MANIFEST' });
}
