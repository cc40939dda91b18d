import { countOf } from '../../terminal/format.js';
import type { Plane } from '../augmentation.js';

/** Of the pixels; a target seldom fills more of a picture. */
const MOST = 0.5;
/** Of the masks: a few large targets are no sign of a mistake. */
const MANY = 0.5;

export interface MaskJudge {
  add(image: Pick<Plane, 'width' | 'height'>, mask: Plane): void;
  /** What a person should look at, in sentences. */
  notes(): string[];
}

/**
 * Looks at masks as they are read: whether they are of the size of their image, and whether they look inverted, so that
 * the target is 0 in them. Both are trained on without a sign of it.
 */
export function createMaskJudge(): MaskJudge {
  let [all, resized, inverted] = [0, 0, 0];
  let first = '';
  return {
    add({ width, height }, mask) {
      all += 1;
      if (looksInverted(mask)) inverted += 1;
      if (mask.width === width && mask.height === height) return;
      resized += 1;
      first ||= `${mask.width} x ${mask.height} for an image of ${width} x ${height}`;
    },
    notes() {
      const notes: string[] = [];
      if (resized > 0) {
        notes.push(
          `Of ${countOf(all, 'mask')}, ${resized} had another size than the image, and were resized by the nearest ` +
            `pixel; the first was ${first}. Check that they belong to these images: thin parts may be lost.`,
        );
      }
      if (inverted > MANY * all) {
        notes.push(
          `Of ${countOf(all, 'mask')}, ${inverted} look inverted: most of the picture is not 0, its corners too. ` +
            'What is not 0 is what a head learns to find. If 0 is the target, invert the masks and embed again.',
        );
      }
      return notes;
    },
  };
}

/** Of masks with one value beside 0; with several, each pixel may be of some class. */
function looksInverted({ width, height, data }: Plane): boolean {
  const corners = [0, width - 1, (height - 1) * width, height * width - 1];
  if (!corners.every((corner) => data[corner] !== 0)) return false;
  const value = data[0]!;
  let [some, zeros] = [true, 0];
  for (let pixel = 0; pixel < width * height && some; pixel += 1) {
    if (data[pixel] === 0) zeros += 1;
    else some = data[pixel] === value;
  }
  return some && zeros > 0 && zeros < (1 - MOST) * width * height;
}
