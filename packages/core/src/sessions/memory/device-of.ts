import { findProvider } from '../execution-providers.js';

/**
 * The device whose memory an execution provider uses: `cuda:0` for `tensorrt`, `cuda:0` and `cuda:0+cpu`, which share
 * the card.
 */
export function deviceOf(provider: string): string {
  const [id = provider] = provider.split('+');
  const [name, card = '0'] = id.split(':');
  const { hasDevices = false, sharesDevicesOf = name } = findProvider(id) ?? {};
  return hasDevices && sharesDevicesOf === 'cuda' ? `cuda:${card}` : id;
}

/** Which of a budget's two numbers holds for a device. */
export function kindOf(device: string): 'cpu' | 'gpu' {
  return device === 'cpu' ? 'cpu' : 'gpu';
}
