import { ZooError } from '../../contract/index.js';
import { divideBudget } from '../../sessions/memory/memory-budget.js';
import { familyOf, PROVIDERS_WITH_DEVICES } from '../../sessions/execution-providers.js';
import { CACHE_BYTES } from '../../zoo/cache/open-caches.js';
import type { ZooConfig } from '../../zoo/config/zoo-config.js';
import type { WorkerPlan } from '../pool/plan-workers.js';

/**
 * Returns the config of one worker of several: what it does not say itself is as the plan has it. Throws INVALID_PARAM
 * for a plan with a device if no provider of the config runs on one.
 */
export function applyWorkerPlan(config: ZooConfig, plan: WorkerPlan): ZooConfig {
  const { threads, device, parts, caches = 1, warmUp = false } = plan;
  const threadsWhenAlone = config.threadsWhenAlone ?? (isFree(config) ? plan.threadsWhenAlone : undefined);
  if (device !== undefined && !hasDevices(config)) throw noDevices(device);
  return {
    ...config,
    ...(threads !== undefined && { threads: config.threads ?? threads }),
    ...(threadsWhenAlone !== undefined && { threadsWhenAlone }),
    ...(config.providers && { providers: fallbackOn(config.providers, device) }),
    ...(config.headProviders && { headProviders: fallbacksOn(config.headProviders, device) }),
    ...(config.encoderProviders && { encoderProviders: fallbacksOn(config.encoderProviders, device) }),
    ...(config.memoryBudget !== undefined && parts && { memoryBudget: divideBudget(config.memoryBudget, parts) }),
    ...(caches > 1 && isOnCpu(config) && { cacheBytes: divideCache(config.cacheBytes, caches) }),
    ...(warmUp && { warmUp: warmUp === 'open' ? warmUp : config.warmUp === true || 'if-possible' }),
  };
}

/** How many workers there will be on GPUs is not known before the first of them has found its card. */
function isOnCpu({ providers = ['cpu'] }: ZooConfig): boolean {
  return Array.isArray(providers) && providers.every((provider) => provider === 'cpu');
}

/** A value that is no number is left to the check of the config. */
function divideCache(bytes: number = CACHE_BYTES, caches: number): number {
  return typeof bytes === 'number' ? Math.floor(bytes / caches) : bytes;
}

/** Whether the plan may take threads and memory that the config does not mention. */
function isFree({ threads, memoryBudget }: ZooConfig): boolean {
  return threads === undefined && memoryBudget === undefined;
}

type Fallbacks = Readonly<Record<string, readonly string[] | undefined>>;

function fallbacksOn(fallbacks: Fallbacks, device: number | undefined): Readonly<Record<string, readonly string[]>> {
  const entries = Object.entries(fallbacks).flatMap(([id, fallback]) =>
    fallback ? [[id, fallbackOn(fallback, device)]] : [],
  );
  return Object.fromEntries(entries) as Readonly<Record<string, readonly string[]>>;
}

function fallbackOn(fallback: readonly string[], device: number | undefined): readonly string[] {
  const isList: boolean = Array.isArray(fallback);
  return isList ? fallback.map((provider) => onDevice(provider, device)) : fallback; // which is then refused
}

function onDevice(provider: string, device: number | undefined): string {
  return device !== undefined && PROVIDERS_WITH_DEVICES.includes(provider) ? `${provider}:${device}` : provider;
}

/** Whether any provider of the config can be told which device to use, or was. */
function hasDevices({ providers = [], headProviders = {}, encoderProviders = {} }: ZooConfig): boolean {
  const fallbacks: readonly unknown[] = [providers, ...Object.values({ ...headProviders, ...encoderProviders })];
  const named = fallbacks.flatMap((fallback) => fallback as readonly unknown[]);
  return named.some((provider) => typeof provider === 'string' && PROVIDERS_WITH_DEVICES.includes(familyOf(provider)));
}

function noDevices(device: number): ZooError {
  return new ZooError(
    'INVALID_PARAM',
    `processes names the device ${device}, and the config has no provider that runs on one; name one in ` +
      "providers, such as ['cuda', 'cpu'], or give processes a number. Providers with devices are " +
      `${PROVIDERS_WITH_DEVICES.join(', ')}.`,
  );
}
