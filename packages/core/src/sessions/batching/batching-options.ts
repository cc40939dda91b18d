import { didYouMean, ZooError, type Batching } from '../../contract/index.js';

/**
 * By execution provider, without a device (`cuda`), or whatever stands before the colon of a backend's own (`remote`).
 */
export type BatchingOptions = Readonly<Record<string, Batching | false>>;

/** What onnxruntime calls its execution providers, on whatever machine. */
const PROVIDERS = [
  'cpu',
  'cuda',
  'tensorrt',
  'webgpu',
  'dml',
  'coreml',
  'rocm',
  'migraphx',
  'openvino',
  'qnn',
  'xnnpack',
];
const MOST = 64;
const LONGEST_WAIT_MS = 1000;

/**
 * Throws INVALID_MANIFEST for what is no batching, and for a provider that onnxruntime does not have, where it runs the
 * models.
 */
export function checkBatching(options: BatchingOptions | undefined, hasOwnBackend: boolean): void {
  if (options === undefined) return;
  if (!isRecord(options)) throw invalid(`batching is an object such as ${EXAMPLE}; got ${String(options)}.`);
  for (const [provider, batching] of Object.entries(options)) {
    if (!hasOwnBackend && !PROVIDERS.includes(provider)) {
      const device = /^([a-z]+):\d+$/.exec(provider)?.[1];
      const hint = device ? ` Leave out the device: "${device}".` : didYouMean(provider, PROVIDERS);
      throw invalid(`batching names "${provider}"; execution providers are ${PROVIDERS.join(', ')}.${hint}`);
    }
    if (!isBatching(batching)) {
      throw invalid(
        `batching.${provider} is false, or { maxBatch, waitMs } with a whole number from 1 to ${MOST} and, if any, milliseconds ` +
          `from 0 to ${LONGEST_WAIT_MS}; got ${JSON.stringify(batching)}.`,
      );
    }
  }
}

const EXAMPLE = '{ cuda: { maxBatch: 8 }, cpu: false }';

function isBatching(batching: unknown): boolean {
  if (batching === false) return true;
  if (!isRecord(batching)) return false;
  const { maxBatch, waitMs = 0, ...rest } = batching;
  return (
    isWithin(maxBatch, 1, MOST) &&
    Number.isInteger(maxBatch) &&
    isWithin(waitMs, 0, LONGEST_WAIT_MS) &&
    Object.keys(rest).length === 0
  );
}

function isWithin(value: unknown, least: number, most: number): boolean {
  return typeof value === 'number' && value >= least && value <= most;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): ZooError {
  return new ZooError('INVALID_MANIFEST', message);
}
