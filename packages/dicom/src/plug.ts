import type { ImageDecoder } from '@medzoo/core/contract';
import type { CodecThreadLimits } from './codecs/threaded-decoder.js';
import { createDicomDecoder } from './dicom.js';
import type { DicomLimits } from './limits.js';
import { asRequested, toRule } from './view/requested-window.js';

/**
 * Peak bytes a pixel and sample beside the stored values: a codec's integers, its input and output, the values' copy, 8
 * bits.
 */
const CODEC_BYTES_PER_SAMPLE = 16;

export interface DicomOptions {
  readonly limits?: Partial<DicomLimits>;
  /**
   * Decodes compressed streams in a thread, within limits of time and memory: for a process that reads files of
   * strangers and is not watched by another. Left out: in the calling thread, as suits a worker that is.
   */
  readonly codecThread?: CodecThreadLimits;
}

/** DICOM as one of a config's decoders: `decoders: [dicom()]`. */
export function dicom(options: DicomOptions = {}): ImageDecoder {
  const decoder = createDicomDecoder(options);
  return {
    sniff: (start) => (decoder.sniff(start) ? 'dicom' : undefined),
    async open(file, format, { frame = 0 }) {
      const facts = decoder.describe(await file.read(0, file.size), { frame });
      const { rows, columns, frames, samples, spacing, modality } = facts;
      const pixels = rows * columns;
      return {
        description: { format, width: columns, height: rows, frame, frames, facts },
        pixels,
        decodeBytes: pixels * samples * CODEC_BYTES_PER_SAMPLE,
        async decode(bytes, { window: asked, rule, purpose }) {
          const chosen = asked ? toRule(asked) : rule;
          const shown = await decoder.decodeFrame(bytes, { frame, purpose, ...(chosen && { window: chosen }) });
          const { width, height, channels, data } = shown;
          const window = asked ? asRequested(shown.window) : shown.window;
          return { width, height, channels, data, format, view: { frame, frames, window, spacing, modality } };
        },
        readStored: (bytes) => decoder.decodeStored(bytes, { frame }),
      };
    },
  };
}
