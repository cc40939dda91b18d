import type { ImageDecoder, ImageFacts } from '@medzoo/core/contract';
import type { CodecThreadLimits } from '../codecs/threaded-decoder.js';
import type { DicomLimits } from '../limits.js';
import { checkFrame } from '../refuse.js';
import { asRequested, toRule } from '../view/requested-window.js';
import { createRasterCodecs, type RasterDescription } from './raster-codecs.js';

/** Peak bytes a pixel and sample beside the file: a codec's integers, its output, the values' copy, 8 bits. */
const CODEC_BYTES_PER_SAMPLE = 16;

/** A JPEG may begin with a colour profile; one of thousands of comments is not read to its end to tell its kind. */
const SNIFFED_BYTES = 16 * 1024;

/**
 * JPEG 2000, JPEG-LS, and JPEG that is lossless or has 12 bits, as one of a config's decoders:
 * `decoders: [dicom(), rasterCodecs()]`. A head and a person see grey of more than 8 bits alike: between its smallest
 * and its largest value, unless a window is asked for.
 */
export function rasterCodecs(
  options: {
    readonly limits?: Partial<Pick<DicomLimits, 'maxBytes' | 'maxPixels'>>;
    /** As of `dicom`. */
    readonly codecThread?: CodecThreadLimits;
  } = {},
): ImageDecoder {
  const codecs = createRasterCodecs(options.limits, options.codecThread);
  return {
    sniff: (start) => codecs.sniff(start.subarray(0, SNIFFED_BYTES)),
    async open(file, format, { frame = 0 }) {
      const described = codecs.describe(await file.read(0, file.size));
      checkFrame(frame, 1);
      const { width, height, components } = described;
      return {
        description: { format, width, height, frame, frames: 1, facts: toFacts(described) },
        pixels: width * height,
        decodeBytes: width * height * components * CODEC_BYTES_PER_SAMPLE,
        async decode(bytes, { window: asked, rule }) {
          const chosen = asked ? toRule(asked) : rule;
          const { window: used, ...decoded } = await codecs.decode(bytes, chosen && { window: chosen });
          const window = asked ? asRequested(used) : used;
          return { ...decoded, format, view: { frame, frames: 1, window, spacing: null, modality: null } };
        },
        readStored: (bytes) => codecs.decodeStored(bytes),
      };
    },
  };
}

function toFacts({ components, precision, lossy, signed, lumaChroma }: RasterDescription): ImageFacts {
  return {
    ...{ transferSyntax: null, sopClass: null, kind: 'image', modality: null, bodyPart: null },
    samples: components,
    photometric: components === 1 ? 'MONOCHROME2' : lumaChroma ? 'YBR_FULL' : 'RGB',
    bitsStored: precision,
    signed,
    spacing: null,
    windows: [],
    flags: { burnedIn: 'unknown', lossy, overlays: 0, padding: null },
    geometry: null,
  };
}
