import { checkPixelSize, type Box, type PixelSize, type Rle } from '../../contract/index.js';
import { countPixels, segmentsOf, type Segments } from '../masks/segments.js';
import { fitEllipse, type Ellipse } from './ellipse.js';
import { measureLongestDiameter, type Diameter } from './longest-diameter.js';
import { measurePerimeter } from './perimeter.js';

/** A mask in numbers: lengths and coordinates in `unit`, from the image's top left corner; the area in its square. */
export interface MaskMeasurements {
  /** 'mm' if the pixel size was given. */
  readonly unit: 'px' | 'mm';
  readonly area: number;
  /** Of all outlines, holes included: within 3 % from 40 pixels across, 9 % at 10. */
  readonly perimeter: number;
  /** Null, as are the following, if the mask is empty. */
  readonly boundingBox: Box | null;
  /** The maximum Feret diameter. */
  readonly longestDiameter: Diameter | null;
  /** With the mask's second moments. */
  readonly ellipse: Ellipse | null;
}

const ONE_PIXEL: PixelSize = { x: 1, y: 1 };

/**
 * Measures a mask in pixels or, with the size of a pixel of the image it belongs to, in mm: anisotropic pixels
 * included. All parts of the mask count as one. Costs O(runs): 3 ms for one object in 2000 x 2000 pixels, 13 ms for
 * 2500 of them. Throws INVALID_PARAM for a pixel size that is none.
 */
export function measureMask(rle: Rle, pixelSize?: PixelSize): MaskMeasurements {
  const pixel = pixelSize === undefined ? ONE_PIXEL : checkPixelSize(pixelSize);
  const segments = segmentsOf(rle);
  return {
    unit: pixelSize === undefined ? 'px' : 'mm',
    area: countPixels(segments) * pixel.x * pixel.y,
    perimeter: measurePerimeter(segments, pixel),
    boundingBox: measureBox(segments, pixel),
    longestDiameter: measureLongestDiameter(segments, pixel),
    ellipse: fitEllipse(segments, pixel),
  };
}

function measureBox({ columns, tops, bottoms }: Segments, pixel: PixelSize): Box | null {
  const [first, last] = [columns[0], columns.at(-1)];
  if (first === undefined || last === undefined) return null;
  const top = tops.reduce((a, b) => Math.min(a, b), Infinity);
  const bottom = bottoms.reduce((a, b) => Math.max(a, b), 0);
  return {
    x: first * pixel.x,
    y: top * pixel.y,
    width: (last + 1 - first) * pixel.x,
    height: (bottom - top) * pixel.y,
  };
}
