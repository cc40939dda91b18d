import { createHash } from 'node:crypto';
import type { AnalyzeOptions, Head, TrainedEncoder } from '../../contract/index.js';

/**
 * Everything that an image's embedding depends on but the image: the weights, external data included, what they are fed
 * and give, and the preprocessing. For an embedding, `model` is the file that ran, which may be a variant. Not the
 * execution provider: within a zoo an encoder has one, and zoos that share embeddings are to give one answer.
 */
export function encoderKey({ model, preprocess }: Pick<TrainedEncoder, 'model' | 'preprocess'>): string {
  return digestOf({ model: identityOf(model), preprocess: { antialias: false, ...preprocess } });
}

/**
 * Under which an embedding, and the input it came from, is known: in memory, in a store that zoos share, and among runs
 * under way. `imageKey` is whatever tells one picture from another: the digest of a file, and the view of it that was
 * asked for.
 */
export function encodingKey(imageKey: string, encoder: Pick<TrainedEncoder, 'model' | 'preprocess'>): string {
  return digestOf([imageKey, encoderKey(encoder)]);
}

/**
 * Of what an encoder knows of kinds of images, which its embeddings do not depend on and the answers of its heads do.
 */
export function domainKey({ domain, furtherDomains }: Pick<TrainedEncoder, 'domain' | 'furtherDomains'>): string {
  return digestOf([domain ?? null, furtherDomains ?? null]);
}

/** Of the files that a model may run in the place of its own. */
export function variantsKey({ variants = [] }: Pick<TrainedEncoder, 'variants'>): string {
  return digestOf(
    variants.map(({ precision, providers, sha256, data }) => [precision, providers, sha256, data?.sha256]),
  );
}

/** Digests of the files that an answer was made with, each of which may be a variant. */
export interface RanFiles {
  readonly head: string;
  readonly encoder: string;
}

/**
 * Everything that a head's answers depend on but the image and the request: itself, all of its model file, its encoder,
 * and which of their files ran. Which others there would be makes no difference.
 */
export function headKey(
  { manifest, trained, encoder }: Pick<Head, 'manifest' | 'trained' | 'encoder'>,
  ran: RanFiles,
): string {
  const { model, variants: _, ...facts } = trained;
  return digestOf([
    manifest,
    identityOf(model),
    facts,
    encoder.id,
    encoderKey(encoder.trained),
    encoder.trained.version,
    domainKey(encoder.trained),
    ran.encoder,
    ran.head,
  ]);
}

export type Question = Pick<AnalyzeOptions, 'encodings' | 'polygonTolerance' | 'outOfDomain'> & {
  readonly params: Readonly<Record<string, unknown>>;
};

/**
 * Under which an answer is known: the image, the head by its `headKey`, and all of the request that changes the answer.
 */
export function answerKey(
  imageKey: string,
  head: string,
  { params, encodings = [], polygonTolerance = 0, outOfDomain = 'refuse' }: Question,
): string {
  return digestOf([imageKey, head, params, [...new Set(encodings)].toSorted(), polygonTolerance, outOfDomain]);
}

/** Where the files lie makes no difference to what they answer. */
function identityOf({ sha256, data, inputs, outputs }: TrainedEncoder['model']): unknown {
  return { sha256, data: data?.sha256 ?? null, inputs, outputs };
}

/** Of plain data: the same for the same content, in whatever order its fields stand. */
function digestOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content, sortFields)).digest('hex');
}

function sortFields(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
