import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { didYouMean, ZooError, type Head, type TrainedEncoder, type TrainedModel } from '@medzoo/core/contract';
import {
  fetchEncoderFile,
  fetchModelFile,
  readEncoderFile,
  readModelFile,
  type WeightsOptions,
} from '@medzoo/core/model';
import { checkPair } from './check-pair.js';
import { promptableOn, type PromptableManifest } from './promptable.js';

export interface SamMed2dOptions<Id extends string> {
  /**
   * model.json of a converted checkpoint, with decoder.json beside it; a path from the working directory, or a file:
   * URL.
   */
  readonly model: string | URL;
  /** The head's id in requests; 'sam-med2d' if left out. */
  readonly id?: Id;
}

/** For model files that may lie elsewhere: the two digests pin them, and they pin the weights. */
export interface PinnedSamMed2dOptions<Id extends string> extends SamMed2dOptions<Id> {
  /** As above, or an https: URL. */
  readonly model: string | URL;
  /** SHA-256 of model.json, 64 hexadecimal digits. */
  readonly sha256: string;
  /** SHA-256 of decoder.json. */
  readonly decoderSha256: string;
  /** For the two model files; their weights are fetched as the config's own `weights` says. */
  readonly weights?: WeightsOptions;
}

/**
 * The promptable head on a SAM-Med2D of your own, converted by `python -m medzoo_train.convert`; its encoder comes with
 * it. From an https: URL the two digests are needed, and the head is to be awaited. Throws or rejects with
 * INVALID_MANIFEST when a file is no model file, MODEL_MISMATCH when encoder and decoder do not go together, and
 * WEIGHTS_CORRUPT or WEIGHTS_UNAVAILABLE.
 */
export function samMed2d<const Id extends string = 'sam-med2d'>(
  options: PinnedSamMed2dOptions<Id>,
): Promise<Head<PromptableManifest<Id>>>;
export function samMed2d<const Id extends string = 'sam-med2d'>(
  options: SamMed2dOptions<Id>,
): Head<PromptableManifest<Id>>;
export function samMed2d<Id extends string>(
  options: SamMed2dOptions<Id> | PinnedSamMed2dOptions<Id>,
): Head<PromptableManifest<Id>> | Promise<Head<PromptableManifest<Id>>> {
  checkNames(options);
  const location = toUrl(options.model);
  const id = options.id ?? ('sam-med2d' as Id);
  if (isPinned(options)) return fetchPinned(location, options, id);
  if (location.protocol !== 'file:') throw unpinned(location);
  return createHead(readEncoderFile(location), readModelFile(decoderBeside(location)), id);
}

const OPTIONS = [
  'model',
  'id',
  'sha256',
  'decoderSha256',
  'weights',
] as const satisfies (keyof PinnedSamMed2dOptions<string>)[];

/** A misspelt `decoderSha256` would else pin nothing. */
function checkNames(options: object): void {
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name as 'model'));
  if (unknown === undefined) return;
  throw new ZooError(
    'INVALID_MANIFEST',
    `samMed2d has no option ${unknown}; there are ${OPTIONS.join(', ')}.${didYouMean(unknown, OPTIONS)}`,
  );
}

/** One digest is enough to mean both: the other is then asked for. */
function isPinned<Id extends string>(
  options: SamMed2dOptions<Id> | PinnedSamMed2dOptions<Id>,
): options is PinnedSamMed2dOptions<Id> {
  return 'sha256' in options || 'decoderSha256' in options;
}

async function fetchPinned<Id extends string>(
  location: URL,
  { sha256, decoderSha256, weights }: PinnedSamMed2dOptions<Id>,
  id: Id,
): Promise<Head<PromptableManifest<Id>>> {
  const encoder = await fetchEncoderFile(location, { ...weights, sha256 });
  const decoder = await fetchModelFile(decoderBeside(location), { ...weights, sha256: decoderSha256 });
  return createHead(encoder, decoder, id);
}

function createHead<Id extends string>(encoder: TrainedEncoder, decoder: TrainedModel, id: Id) {
  checkPair(encoder, decoder);
  return promptableOn({ id: encoder.name, trained: encoder }, decoder, id);
}

function decoderBeside(location: URL): URL {
  return new URL('./decoder.json', location);
}

/** `https://host/model.json` is a URL; `C:\model.json` and `./model.json` are paths. */
function toUrl(model: unknown): URL {
  if (model instanceof URL) return model;
  if (typeof model !== 'string' || model === '') {
    throw new ZooError(
      'INVALID_MANIFEST',
      `samMed2d needs \`model\`: the path or URL of a model.json; got ${typeof model === 'string' ? 'an empty string' : typeof model}.`,
    );
  }
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(model) && URL.canParse(model) ? new URL(model) : pathToFileURL(resolve(model));
}

function unpinned({ protocol, host, pathname }: URL): ZooError {
  return new ZooError(
    'INVALID_MANIFEST',
    `The model file ${protocol}//${host}${pathname} is not on this machine, so its digests have to be given, and the head awaited: ` +
      'await samMed2d({ model, sha256, decoderSha256 }), as `sha256sum model.json decoder.json` prints them.',
  );
}
