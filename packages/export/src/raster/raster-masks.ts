import { rleToPng } from '@medzoo/core';
import type { Bytes, ImageMask } from '@medzoo/core/contract';
import type { NamedAnswer } from '../outlines/geojson.js';
import { takeHead } from '../answered.js';
import { maskKindOf, type MaskKind } from '../image-kind.js';

/**
 * A mask as an 8-bit grey PNG of the image's size, 255 where there is mask, else 0: the one that came with the answer,
 * or made now.
 */
export async function toPngMask({ png, rle }: Pick<ImageMask, 'png' | 'rle'>): Promise<Bytes> {
  return png ?? (await rleToPng(rle));
}

/** Masks as COCO run lengths, in JSON. */
export interface RleMasks {
  readonly image: string;
  readonly frame: number | null;
  readonly head: {
    readonly id: string;
    readonly version: string;
    readonly sha256: string;
    readonly precision: string;
  };
  readonly masks: readonly (MaskKind & {
    readonly label: string;
    readonly presence: number;
    readonly quality: number;
    /** As pycocotools has it: height first, column-major run lengths in COCO's string. */
    readonly segmentation: { readonly size: readonly [height: number, width: number]; readonly counts: string };
  })[];
}

/** One image's masks as run lengths: small, exact, and what `pycocotools.mask.decode` takes. */
export function toRleMasks(answer: NamedAnswer): RleMasks {
  const { id, version, sha256 } = takeHead([answer]);
  return {
    image: answer.image ?? answer.provenance.image.sha256,
    frame: answer.frame ?? null,
    head: { id, version, sha256, precision: answer.provenance.headPrecision },
    masks: answer.value.masks.map((mask) => ({
      label: mask.label,
      presence: mask.presence,
      quality: mask.quality,
      ...maskKindOf(mask),
      segmentation: { size: [mask.rle.size.height, mask.rle.size.width], counts: mask.rle.counts },
    })),
  };
}
