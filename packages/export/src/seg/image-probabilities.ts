import { fitImage } from '@medzoo/core';
import type { ImageMask, PreprocessSpec } from '@medzoo/core/contract';
import { invalidParam } from '../refuse.js';

/** As in core: keeps logits finite; the step below 1 in float32 is 6e-8. */
const LEAST = 1e-7;

/**
 * A mask's probabilities in the image's own pixels, 0..255 for 0..1, row-major, into `into`: interpolated as the mask
 * itself was, bilinearly in logits with half-pixel centres, so that both have one outline. An empty mask stays empty,
 * because the head says that it is absent.
 */
export function fillProbabilities(mask: ImageMask, preprocess: PreprocessSpec, into: Uint8Array): void {
  const { probabilities, rle, area, label } = mask;
  if (!probabilities) {
    throw invalidParam(
      `The mask of ${label} has no probabilities. Call analyze with encodings: ['probabilities'], or write BINARY.`,
    );
  }
  if (area === 0) return;
  const { size: plane, values } = probabilities;
  const { image, model, content } = fitImage(rle.size, preprocess);
  const logits = Float32Array.from(values, toLogit);
  const columns = tapsOf(image.width, (content.width * plane.width) / model.width, plane.width);
  const rows = tapsOf(image.height, (content.height * plane.height) / model.height, plane.height);
  rows.forEach((row, y) => {
    const [above, below] = [row.before * plane.width, row.after * plane.width];
    columns.forEach((column, x) => {
      const top = logits[above + column.before]! * (1 - column.share) + logits[above + column.after]! * column.share;
      const bottom = logits[below + column.before]! * (1 - column.share) + logits[below + column.after]! * column.share;
      into[y * image.width + x] = Math.round(255 / (1 + Math.exp(-(top * (1 - row.share) + bottom * row.share))));
    });
  });
}

/** Which two samples of the plane an image row or column lies between, and how far towards the second. */
interface Tap {
  readonly before: number;
  readonly after: number;
  readonly share: number;
}

/**
 * Where `length` image pixels, which cover the first `extent` of `samples` plane samples, have their centres; edges are
 * held.
 */
function tapsOf(length: number, extent: number, samples: number): Tap[] {
  return Array.from({ length }, (_, index) => {
    const at = Math.min(Math.max(((index + 0.5) * extent) / length - 0.5, 0), samples - 1);
    const before = Math.floor(at);
    return { before, after: Math.min(before + 1, samples - 1), share: at - before };
  });
}

function toLogit(probability: number): number {
  const clamped = Math.min(Math.max(probability, LEAST), 1 - LEAST);
  return Math.log(clamped / (1 - clamped));
}
