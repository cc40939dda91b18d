import { noSuchFrame } from '../decoding/decode-faults.js';
import { readNumbers, type Tiff } from './read-tiff.js';
import { TAG } from './tags.js';

interface Outline {
  readonly width: number;
  readonly height: number;
  /** Whether the file itself says that this is a smaller copy of another page. */
  readonly isReduced: boolean;
}

/** SubfileType, which NewSubfileType took the place of: a reduced-resolution image. */
const REDUCED_SUBFILE = 2;

/**
 * The page to read: the one asked for, else the first that is no thumbnail. A thumbnail says so itself, or is at most
 * half as large on both sides as another page of the same proportions. Throws INVALID_PARAM for a page that is not
 * there.
 */
export async function choosePage(tiff: Tiff, asked: number | undefined): Promise<number> {
  const { length } = tiff.pages;
  if (asked !== undefined) {
    if (asked >= length) throw noSuchFrame(asked, length);
    return asked;
  }
  if (length === 1) return 0;
  const outlines: Outline[] = [];
  for (let index = 0; index < length; index += 1) outlines.push(await readOutline(tiff, index));
  const firstFull = Math.max(
    0,
    outlines.findIndex(({ isReduced }) => !isReduced),
  );
  return outlines.reduce((best, outline, index) => {
    return !outline.isReduced && isThumbnailOf(outlines[best]!, outline) ? index : best;
  }, firstFull);
}

async function readOutline(tiff: Tiff, index: number): Promise<Outline> {
  const page = tiff.pages[index]!;
  const [kind = 0] = await readNumbers(tiff, page, TAG.NewSubfileType);
  const [oldKind = 0] = await readNumbers(tiff, page, TAG.SubfileType);
  const [width = 0] = await readNumbers(tiff, page, TAG.ImageWidth);
  const [height = 0] = await readNumbers(tiff, page, TAG.ImageLength);
  return { width, height, isReduced: (kind & 1) === 1 || oldKind === REDUCED_SUBFILE };
}

/** Whether scaling `large` down to the width of `small` gives its height as well, up to rounding. */
function isThumbnailOf(small: Outline, large: Outline): boolean {
  if (2 * small.width > large.width || 2 * small.height > large.height) return false;
  const scaled = (large.height * small.width) / large.width;
  const slack = 1 + large.height / large.width; // either side may have been rounded by almost a pixel
  return Math.abs(scaled - small.height) <= slack;
}
