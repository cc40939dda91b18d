import type { Metadata } from 'sharp';
import type { ImageFacts } from '../../contract/index.js';

/** What a header cannot tell libvips. */
export interface RasterTraits {
  /** Black is the highest value. */
  readonly isInverted: boolean;
  /** Values were lost by compression. */
  readonly isLossy: boolean;
}

/**
 * What a raster file's header says: neither where it was taken nor how large a pixel is (its dots per inch are those of
 * a printer).
 */
export function describeRaster({ depth, space }: Metadata, { isInverted, isLossy }: RasterTraits): ImageFacts {
  const isGrey = space === 'b-w' || space === 'grey16';
  return {
    transferSyntax: null,
    sopClass: null,
    kind: 'image',
    modality: null,
    bodyPart: null,
    samples: isGrey ? 1 : 3,
    photometric: isGrey ? (isInverted ? 'MONOCHROME1' : 'MONOCHROME2') : 'RGB',
    bitsStored: depth === 'ushort' ? 16 : 8,
    signed: false,
    spacing: null,
    windows: [],
    flags: {
      burnedIn: 'unknown',
      lossy: isLossy,
      overlays: 0,
      padding: null,
    },
    geometry: null,
  };
}
