import { readFileSync } from 'node:fs';
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
 * of its module. Throws INVALID_MANIFEST, which names the path inside the file.
 */
export function readModelFile(location: URL | string): TrainedModel {
  const url = toUrl(location);
  return parseTrainedModel(readJson(url), url);
}

/** As `readModelFile`, for an encoder's file, which also says how images are preprocessed. */
export function readEncoderFile(location: URL | string): TrainedEncoder {
  const url = toUrl(location);
  return parseTrainedEncoder(readJson(url), url);
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
