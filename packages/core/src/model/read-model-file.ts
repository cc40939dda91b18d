import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import {
  parseTrainedEncoder,
  parseTrainedModel,
  ZooError,
  type TrainedEncoder,
  type TrainedModel,
} from '../contract/index.js';

/**
 * Reads a head's model.json and finds its weights beside it. Reads at once, not in the background: a head is a constant
 * of its module. Throws INVALID_MANIFEST, which names the path inside the file; and MODEL_MISMATCH where a golden.json
 * beside it, which training wrote, has its labels in another order.
 */
export function readModelFile(location: URL | string): TrainedModel {
  const url = toUrl(location);
  const trained = parseTrainedModel(readJson(url), url);
  checkOrderOfLabels(trained, url);
  return trained;
}

/** As `readModelFile`, for an encoder's file, which also says how images are preprocessed. */
export function readEncoderFile(location: URL | string): TrainedEncoder {
  const url = toUrl(location);
  return parseTrainedEncoder(readJson(url), url);
}

/**
 * Somebody may have changed the labels of the model file since it was trained: then each answer would have another's
 * name. A record that is no such record is left to the tests of the head.
 */
function checkOrderOfLabels({ labels }: TrainedModel, url: URL): void {
  const beside = new URL('golden.json', url);
  if (beside.protocol !== 'file:' || !existsSync(beside)) return;
  const record = readJson(beside);
  const known: unknown =
    typeof record === 'object' && record !== null && 'labels' in record ? record.labels : undefined;
  if (!Array.isArray(known) || (known.length === labels.length && labels.every((label, at) => label === known[at])))
    return;
  const quote = (names: readonly unknown[]): string => names.map((name) => JSON.stringify(name)).join(', ');
  throw new ZooError(
    'MODEL_MISMATCH',
    `The labels of the model file at ${url.href} are ${quote(labels)}; when it was trained, they were ` +
      `${quote(known)} (golden.json beside it). Each output would get another's name: put back the labels and their ` +
      'order, or train again.',
    { details: { expected: known.map(String), found: [...labels] } },
  );
}

/** A path is taken from the working directory. */
function toUrl(location: URL | string): URL {
  return typeof location === 'string' ? pathToFileURL(location) : location;
}

function readJson(url: URL): unknown {
  try {
    return JSON.parse(readFileSync(url, 'utf8'));
  } catch (cause) {
    const fault =
      cause instanceof SyntaxError
        ? 'is not JSON. Export or install it again.'
        : 'cannot be read. Export or install it again; if a bundler moved the code that reads it, make its ' +
          'package external.';
    throw new ZooError('INVALID_MANIFEST', `The model file at ${url.href} ${fault}`, { cause });
  }
}
