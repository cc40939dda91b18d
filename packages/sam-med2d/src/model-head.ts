import { didYouMean, ZooError, type Encoder, type Head, type TrainedModel } from '@medzoo/core/contract';
import { readModelFile } from '@medzoo/core/model';
import { samMed2dTiny } from './encoder.js';
import { standardHead, type Described } from './standard-head.js';

/** What a person may say about a head without code; each by default as its model.json says. */
export interface ModelHeadOptions {
  readonly id?: string;
  readonly title?: string;
  readonly intendedUse?: string;
  readonly modalities?: readonly string[];
  /** The encoder that it was trained on. Default `samMed2dTiny`. */
  readonly encoder?: Encoder;
}

const OPTIONS = ['id', 'title', 'intendedUse', 'modalities', 'encoder'] as const satisfies (keyof ModelHeadOptions)[];

/**
 * A head out of an ONNX file and its model.json alone: no JavaScript of its author runs. Its task and its decoding
 * follow from the outputs: `logits` for classification (`decodeClasses`), `masks` for segmentation (`decodeMasks`) or
 * `exclusive_masks` (`decodeExclusiveMasks`), `values` for regression (`decodeValues`), `keypoints` or `heatmaps` for
 * keypoints (`decodeKeypoints`), `label_logits` for several labels of one image (`decodeLabels`). `model` is a path from
 * the working directory or a file: URL. Throws INVALID_MANIFEST for a file that is no such head.
 */
export function modelHead(model: string | URL, options: ModelHeadOptions = {}): Head {
  const unknown = Object.keys(options).find((name) => !OPTIONS.includes(name as 'id'));
  if (unknown !== undefined) {
    throw invalid(
      `modelHead has no option ${unknown}; there are ${OPTIONS.join(', ')}.${didYouMean(unknown, OPTIONS)}`,
    );
  }
  const trained = readModelFile(model);
  const feeds = feedsOf(trained);
  const head = { encoder: options.encoder ?? samMed2dTiny, trained, ...(feeds && { feeds }) };
  return standardHead(head, describe(trained, options));
}

function describe(
  { name, manifest }: TrainedModel,
  { id, title, intendedUse, modalities }: ModelHeadOptions,
): Described {
  return {
    id: id ?? manifest?.id ?? toId(name),
    title: title ?? manifest?.title ?? name,
    intendedUse: intendedUse ?? manifest?.intendedUse ?? 'Its author does not say. Not for diagnosis.',
    modalities: modalities ?? manifest?.modalities ?? [],
  };
}

/** "Skin lesions 2" as an id, skin-lesions-2. */
function toId(name: string): string {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const first = words.findIndex((word) => /^[a-z]/.test(word));
  if (first >= 0) return words.slice(first).join('-');
  throw invalid(
    `The model "${name}" has no name that a head can have. Give it one: modelHead(path, { id: 'skin-lesions' }).`,
  );
}

/** Undefined for a model that takes the embedding alone, which a zoo feeds by itself. */
function feedsOf({ name, model }: TrainedModel): Head['feeds'] {
  const names = model.inputs.map((input) => input.name);
  const unknown = names.find((input) => input !== 'embedding' && input !== 'image');
  if (unknown !== undefined) {
    throw invalid(
      `The model "${name}" has the input "${unknown}". A head without code is fed "embedding", the encoder's output, and "image", its ` +
        'input. Export it with input_names of these.',
    );
  }
  if (names.length === 1 && names[0] === 'embedding') return undefined;
  return (input) => Object.fromEntries(names.map((one) => [one, input[one as 'embedding' | 'image']]));
}

function invalid(message: string): ZooError {
  return new ZooError('INVALID_MANIFEST', message);
}
