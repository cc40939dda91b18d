import type { Finding } from './check.js';
import { checkCache } from './checks/check-cache.js';
import { checkConfig } from './checks/check-config.js';
import { checkInt8 } from './checks/check-int8.js';
import { checkLimits } from './checks/check-limits.js';
import { checkNode } from './checks/check-node.js';
import { checkPacked } from './checks/check-packed.js';
import { checkProviders } from './checks/check-providers.js';
import { checkRuntime } from './checks/check-runtime.js';
import type { Facts } from './facts.js';

export interface Diagnosis {
  /** Whether all that the config asks for works. */
  readonly isHealthy: boolean;
  readonly findings: readonly Finding[];
}

/** What follows from the facts. Pure. */
export function diagnose(facts: Facts): Diagnosis {
  const { node, runtime, limits, int8, cache, packed, config } = facts;
  const findings = [
    checkNode(node),
    checkRuntime(runtime),
    ...checkProviders(facts),
    ...checkLimits(limits),
    checkInt8(int8, config),
    checkCache(cache, config),
    checkPacked(packed, cache),
    ...checkConfig(config, cache.isOffline),
  ];
  return { isHealthy: findings.every(({ state }) => state !== 'fault'), findings };
}
