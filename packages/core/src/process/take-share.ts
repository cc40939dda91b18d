import type { ZooConfig } from '../zoo/zoo-config.js';
import type { Share } from './plan-shares.js';

/** Providers that can be told which of several devices to use. */
const ON_DEVICES = ['cuda', 'tensorrt', 'dml'];

/** The config of one process of several: what it does not say itself is as its share. */
export function takeShare(config: ZooConfig, { threads, device, warmUp = false }: Share): ZooConfig {
  return {
    ...config,
    ...(threads !== undefined && { threads: config.threads ?? threads }),
    ...(config.providers && { providers: config.providers.map((provider) => onDevice(provider, device)) }),
    ...(warmUp && { warmUp: config.warmUp === true || 'if-possible' }),
  };
}

function onDevice(provider: string, device: number | undefined): string {
  return device !== undefined && ON_DEVICES.includes(provider) ? `${provider}:${device}` : provider;
}
