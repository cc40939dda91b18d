import { createHash } from 'node:crypto';
import { decodeImage, preprocess, type Session, type ZooConfig } from '@medzoo/core';
import { takeFloat32, type Encoder, type PreprocessSpec } from '@medzoo/core/contract';
import { Float16Array } from '@petamoriken/float16';
import { readImage } from '../files/read-image.js';
import { augment, moveCells, type Plane } from './augmentation.js';
import type { EmbedItem } from './plan-items.js';
import { seeImage } from '../truth/see-image.js';
import { readStoredMask } from '../truth/stored-mask.js';
import { fitMask } from './masks/fit-mask.js';
import { judgeMask, type MaskFacts } from './masks/judge-masks.js';

/** What of a row is read once for all of its copies. */
export interface ReadRow {
  /** SHA-256 of the image's file. */
  readonly sha256: string;
  readonly image: Plane;
  readonly mask: Plane | undefined;
  readonly maskFacts: MaskFacts | undefined;
}

/** What a shard keeps of one item. */
export interface Embedded {
  /** float16 [channels, height, width], little-endian. */
  readonly embedding: Uint8Array;
  /** uint8 [3, height, width], what the encoder saw before normalisation. */
  readonly image: Uint8Array | undefined;
  /** uint8 [height, width] of the encoder's input. */
  readonly mask: Uint8Array | undefined;
}

export interface Kept {
  readonly images: boolean;
  readonly masks: boolean;
}

/** Decodes a row's image and, where it is kept, its mask. */
export async function readRow(
  { path, maskPath }: EmbedItem['row'],
  { masks }: Kept,
  { limits, decoders }: Pick<ZooConfig, 'limits' | 'decoders'>,
  { window: rule }: PreprocessSpec,
): Promise<ReadRow> {
  const bytes = await readImage(path, limits);
  // As the zoo decodes it for a head.
  const image = await decodeImage(bytes, limits, { decoders, rule, purpose: 'head' });
  const mask = masks && maskPath !== undefined ? await readStoredMask(maskPath) : undefined;
  const maskFacts = mask && judgeMask(await seeImage(bytes, { limits, decoders }), mask);
  return { sha256: createHash('sha256').update(bytes).digest('hex'), image, mask, maskFacts };
}

/** One item as its shard keeps it. `session` is the encoder's, which does not run for a `known` embedding. */
export async function embedItem(
  { image, mask }: ReadRow,
  { augmentation }: EmbedItem,
  { encoder, session, kept }: { readonly encoder: Encoder; readonly session: Session; readonly kept: Kept },
  known?: Uint8Array,
): Promise<Embedded> {
  const { model, preprocess: spec } = encoder.trained;
  const input = preprocess(augmentation ? await augment(image, augmentation) : image, spec);
  const encode = async (): Promise<Uint8Array> => {
    const outputs = await session.run({ [model.inputs[0]!.name]: input });
    return new Uint8Array(new Float16Array(takeFloat32(outputs, model.outputs[0]!.name).data).buffer);
  };
  const moved = mask && augmentation ? moveCells(mask, augmentation) : mask;
  return {
    embedding: known ?? (await encode()),
    image: kept.images ? toPixels(input.data, encoder) : undefined,
    mask: moved && fitMask(moved, spec),
  };
}

/** Undoes the normalisation: uint8 [channels, height, width], in the encoder's order of channels. */
function toPixels(input: Float32Array, { trained: { preprocess: spec } }: Encoder): Uint8Array {
  const cells = spec.size.width * spec.size.height;
  return new Uint8Array(
    Uint8ClampedArray.from(input, (value, index) => {
      const channel = Math.floor(index / cells);
      return value * spec.std[channel]! + spec.mean[channel]!;
    }).buffer,
  );
}
