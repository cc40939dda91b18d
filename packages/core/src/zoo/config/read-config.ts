import type { DecodeLimits } from '../../contract/index.js';
import { withDefaults } from '../../contract/options/complete-limits.js';
import { guardObserver } from '../../flow/guard-listener.js';
import { DECODE_LIMITS } from '../../image/decoding/decode-image.js';
import { checkConfig } from './check-config.js';
import { checkHeads } from './check-heads.js';
import type { ZooConfig } from './zoo-config.js';

/** A config that was checked, with all limits. */
export interface CheckedConfig extends ZooConfig {
  readonly limits: DecodeLimits;
}

/**
 * Checks a config. Its heads then have data of their own, and an observer that throws harms nothing. Throws
 * INVALID_MANIFEST.
 */
export function readConfig(given: ZooConfig): CheckedConfig {
  checkConfig(given);
  const heads = checkHeads(given.heads);
  const observer = guardObserver(given.observer);
  const limits = Object.freeze(withDefaults(DECODE_LIMITS, given.limits)); // a zoo gives them out
  return { ...given, heads, limits, ...(observer && { observer }) };
}
