import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import {
  parseTrainedEncoder,
  parseTrainedModel,
  ZooError,
  type TrainedEncoder,
  type TrainedModel,
} from '../contract/index.js';
import { parseJson } from './parse-json.js';

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
 * name.
 */
function checkOrderOfLabels({ labels }: TrainedModel, url: URL): void {
  const known = readTrainedLabels(url);
  const isAlike = known?.length === labels.length && labels.every((label, at) => label === known[at]);
  if (known === undefined || isAlike) return;
  const quote = (names: readonly unknown[]): string => names.map((name) => JSON.stringify(name)).join(', ');
  throw new ZooError(
    'MODEL_MISMATCH',
    `The labels of the model file at ${url.href} are ${quote(labels)}; when it was trained, they were ` +
      `${quote(known)} (golden.json beside it). Each output would get another's name: put back the labels and their ` +
      'order, or train again.',
    { details: { expected: known.map(String), found: [...labels] } },
  );
}

/**
 * The labels of the golden.json that training writes beside a model.json. Undefined where there is none, or where it is
 * no such record, which is left to the tests of the head; and beside a file of another name, which may be one of
 * several models in the folder.
 */
function readTrainedLabels(url: URL): readonly unknown[] | undefined {
  const beside = new URL('golden.json', url);
  if (url.protocol !== 'file:' || !url.pathname.endsWith('/model.json') || !existsSync(beside)) return undefined;
  try {
    const { labels } = JSON.parse(readFileSync(beside, 'utf8')) as { readonly labels?: unknown };
    return Array.isArray(labels) ? labels : undefined;
  } catch {
    return undefined;
  }
}

/** A path is taken from the working directory; `import.meta.resolve` gives the URL of a file as a string. */
function toUrl(location: URL | string): URL {
  if (typeof location !== 'string') return location;
  return location.startsWith('file://') ? new URL(location) : pathToFileURL(location);
}

function readJson(url: URL): unknown {
  try {
    return parseJson(readFileSync(url, 'utf8'));
  } catch (cause) {
    const fault =
      cause instanceof SyntaxError
        ? `cannot be read, since ${cause.message}. Correct it there, or export or install it again.`
        : 'cannot be read. Export or install it again; if a bundler moved the code that reads it, make its ' +
          'package external.';
    throw new ZooError('INVALID_MANIFEST', `The model file at ${url.href} ${fault}`, { cause });
  }
}
