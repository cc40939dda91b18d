import { CommandError } from '../../command-error.js';
import { countOf } from '../../terminal/format.js';
import { countAssumption, type Assumption } from '../../truth/assumption.js';
import { compareShape, type Seen } from '../../truth/compare-shape.js';
import { measureLevels } from '../../truth/mask-levels.js';
import type { StoredMask } from '../../truth/stored-mask.js';
import type { Plane } from '../augmentation.js';

/** Of the pixels; a target seldom fills more of a picture. */
const MOST = 0.5;
/** Of the masks: a few large targets are no sign of a mistake. */
const MANY = 0.5;
/** Two shapes that differ by more are not those of one picture. */
const ASPECT_TOLERANCE = 0.01;
/** What full target is in a file of 8 bits. */
const FULL = 255;

/** What is noted of a mask when it is read, so that a run that goes on later still knows it. */
export interface MaskFacts {
  /**
   * Where the mask shows one target: its value, which is the highest; 0 for an empty mask. 'several' where areas of it
   * have several values: classes, or objects that are numbered.
   */
  readonly value: number | 'several';
  readonly looksInverted: boolean;
  /** Where the mask is of another size than its image: both, in words. */
  readonly otherSize?: string;
  readonly assumptions: readonly Assumption[];
}

/** Looks at one mask beside its image. A CommandError for a mask that cannot lie over this image. */
export function judgeMask(image: Seen, mask: StoredMask): MaskFacts {
  const turned = compareShape(mask, image).filter((assumption) => assumption === 'orientation');
  checkAspect(image, mask);
  const isSameSize = mask.width === image.width && mask.height === image.height;
  return {
    value: valueOf(mask),
    looksInverted: looksInverted(mask),
    ...(!isSameSize && {
      otherSize: `${mask.width} x ${mask.height} for an image of ${image.width} x ${image.height}`,
    }),
    assumptions: [...turned, ...mask.assumptions],
  };
}

/**
 * What a person should look at, in sentences: masks of another size than their image, such as look inverted, so that
 * the target is 0 in them, and those that can be read in several ways. All are trained on without a sign of it.
 */
export function describeMasks(facts: readonly MaskFacts[]): string[] {
  const notes: string[] = [];
  const sizes = facts.flatMap(({ otherSize }) => otherSize ?? []);
  if (sizes.length > 0) {
    notes.push(
      `Of ${countOf(facts.length, 'mask')}, ${sizes.length} had another size than the image, and were resized by the ` +
        `nearest pixel; the first was ${sizes[0]!}. Check that they belong to these images: thin parts may be lost.`,
    );
  }
  const inverted = facts.filter((one) => one.looksInverted).length;
  if (inverted > MANY * facts.length) {
    notes.push(
      `Of ${countOf(facts.length, 'mask')}, ${inverted} look inverted: most of the picture is not 0, its corners ` +
        'too. What is not 0 is what a head learns to find. If 0 is the target, invert the masks and embed again.',
    );
  }
  const assumed = new Set(facts.flatMap(({ assumptions }) => assumptions));
  for (const assumption of assumed) {
    notes.push(countAssumption(assumption, facts.filter((one) => one.assumptions.includes(assumption)).length));
  }
  return notes;
}

function checkAspect(image: Seen, mask: Plane): void {
  const ratio = (image.width * mask.height) / (image.height * mask.width);
  if (Math.abs(ratio - 1) <= ASPECT_TOLERANCE) return;
  throw new CommandError(
    `Expected a mask of the image's shape, ${image.width} x ${image.height}; got ${mask.width} x ` +
      `${mask.height}. Check that it belongs to this image.`,
  );
}

/** By the rules by which `medzoo evaluate` reads a mask of one target. */
function valueOf({ width, height, data }: Plane): MaskFacts['value'] {
  const layer = { width, height, channels: 1, values: Uint16Array.from(data), fullValues: [FULL] } as const;
  try {
    return 2 * measureLevels(layer).half;
  } catch (error) {
    if (error instanceof CommandError) return 'several';
    throw error;
  }
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
