import { ZooError } from '../../../contract/index.js';

/** An execution provider that was asked for: `cuda:1` is provider `cuda` on device 1. */
export interface ProviderChoice {
  /** As it was asked for, with the device where one was named. */
  readonly id: string;
  readonly provider: { readonly name: string; readonly deviceId?: number };
}

/**
 * Reads `cpu`, `cuda`, `cuda:1`, ...; throws BACKEND_UNAVAILABLE, which lists the supported ones, for any other:
 * onnxruntime-node itself drops a name that it does not know, without a word.
 */
export function parseProvider(id: string, supported: readonly string[]): ProviderChoice {
  const [, name = '', device] = /^([a-z]+)(?::(\d+))?$/.exec(id) ?? [];
  if (name === 'cpu' && device !== undefined) throw noDevices(id, supported);
  if (supported.includes(name))
    return { id, provider: device === undefined ? { name } : { name, deviceId: Number(device) } };
  throw new ZooError(
    'BACKEND_UNAVAILABLE',
    `There is no execution provider "${id}" in this build of onnxruntime; it has ${supported.join(', ')}.`,
    { details: { provider: id, supported } },
  );
}

function noDevices(id: string, supported: readonly string[]): ZooError {
  return new ZooError('BACKEND_UNAVAILABLE', `The CPU is one device: write "cpu", not "${id}".`, {
    details: { provider: id, supported },
  });
}
