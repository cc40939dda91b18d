import { ZooError } from '../../contract/index.js';
import { divideBudget } from '../../sessions/memory/memory-budget.js';
import type { ZooConfig } from '../../zoo/config/zoo-config.js';
import type { Share } from '../pool/plan-workers.js';

/** Providers that can be told which of several devices to use. */
const ON_DEVICES = ['cuda', 'tensorrt', 'dml'];

/**
 * The config of one process of several: what it does not say itself is as its share. Throws INVALID_PARAM for a share of one GPU of
 * several where no provider runs on any.
 */
export function takeShare(config: ZooConfig, { threads, device, parts, warmUp = false }: Share): ZooConfig {
  if (device !== undefined && !hasDevices(config)) throw noDevices(device);
  return {
    ...config,
    ...(threads !== undefined && { threads: config.threads ?? threads }),
    ...(config.providers && { providers: ladderOn(config.providers, device) }),
    ...(config.headProviders && { headProviders: laddersOn(config.headProviders, device) }),
    ...(config.encoderProviders && { encoderProviders: laddersOn(config.encoderProviders, device) }),
    ...(config.memoryBudget !== undefined && parts && { memoryBudget: divideBudget(config.memoryBudget, parts) }),
    ...(warmUp && { warmUp: config.warmUp === true || 'if-possible' }),
  };
}

type Ladders = Readonly<Record<string, readonly string[] | undefined>>;

function laddersOn(ladders: Ladders, device: number | undefined): Readonly<Record<string, readonly string[]>> {
  const entries = Object.entries(ladders).flatMap(([id, ladder]) => (ladder ? [[id, ladderOn(ladder, device)]] : []));
  return Object.fromEntries(entries) as Readonly<Record<string, readonly string[]>>;
}

function ladderOn(ladder: readonly string[], device: number | undefined): readonly string[] {
  const isList: boolean = Array.isArray(ladder);
  return isList ? ladder.map((provider) => onDevice(provider, device)) : ladder; // which is then refused
}

function onDevice(provider: string, device: number | undefined): string {
  return device !== undefined && ON_DEVICES.includes(provider) ? `${provider}:${device}` : provider;
}

/** Whether any provider of it can be told which device to use, or was. */
function hasDevices({ providers = [], headProviders = {}, encoderProviders = {} }: ZooConfig): boolean {
  const ladders: readonly unknown[] = [providers, ...Object.values({ ...headProviders, ...encoderProviders })];
  const named = ladders.flatMap((ladder) => ladder as readonly unknown[]);
  return named.some((provider) => typeof provider === 'string' && ON_DEVICES.includes(provider.split(':')[0]!));
}

function noDevices(device: number): ZooError {
  return new ZooError(
    'INVALID_PARAM',
    `processes names the device ${device}, and the config has no provider that runs on one; name one in providers, such as ` +
      `['cuda', 'cpu'], or give processes a number. Providers with devices are ${ON_DEVICES.join(', ')}.`,
  );
}
