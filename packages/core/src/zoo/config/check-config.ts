import type { DecodeLimits, ImageDecoder } from '../../contract/index.js';
import type { WeightsOptions } from '../../model/weights/weights-options.js';
import {
  aFlag,
  aFunction,
  anObject,
  aNumber,
  aString,
  aWholeNumber,
  checkedElsewhere,
  checkOptions,
  oneOf,
  type Expectations,
} from './check-options.js';
import type { ZooConfig } from './zoo-config.js';

/** More threads than any machine has cores are a slip, and each takes memory. */
const MOST_THREADS = 1024;

const CONFIG: Expectations<ZooConfig> = {
  heads: { expected: 'a list of heads', is: Array.isArray, isRequired: true },
  providers: checkedElsewhere,
  headProviders: checkedElsewhere,
  encoderProviders: checkedElsewhere,
  requireGpu: aFlag,
  threads: aWholeNumber(1, MOST_THREADS),
  weights: anObject,
  batching: checkedElsewhere,
  backend: anObject,
  cacheBytes: aWholeNumber(0, undefined, 'bytes'),
  memoryBudget: checkedElsewhere,
  embeddingStore: checkedElsewhere,
  decoders: {
    expected: 'a list of decoders, such as [dicom(), nifti()]',
    is: isDecoderList,
  },
  limits: anObject,
  warmUp: oneOf(true, false, 'if-possible'),
  observer: aFunction,
};

const LIMITS: Expectations<DecodeLimits> = {
  maxBytes: aWholeNumber(1),
  maxPixels: aWholeNumber(1),
  maxSide: aWholeNumber(1),
  maxDecodingBytes: aWholeNumber(1),
  timeoutSeconds: aNumber('seconds', 0, 3600),
};

const WEIGHTS: Expectations<WeightsOptions> = {
  cacheFolder: aString,
  offline: aFlag,
  headers: aFunction,
  onProgress: aFunction,
};

export function isDecoderList(value: unknown): value is readonly ImageDecoder[] {
  return Array.isArray(value) && value.every(isDecoder);
}

/** As far as a slip goes: `dicom` in the place of `dicom()`. */
function isDecoder(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['sniff', 'open'].every((method) => typeof (value as Record<string, unknown>)[method] === 'function')
  );
}

/** Throws INVALID_MANIFEST for an option that there is not, or that cannot be what is given, before anything is opened. */
export function checkConfig(config: ZooConfig): void {
  checkOptions(config, CONFIG, { code: 'INVALID_MANIFEST' });
  if (config.limits) checkOptions(config.limits, LIMITS, { code: 'INVALID_MANIFEST', name: 'limits' });
  if (config.weights) checkOptions(config.weights, WEIGHTS, { code: 'INVALID_MANIFEST', name: 'weights' });
}
