import type { AppliedWindow, WindowRule } from '@medzoo/core/contract';
import { createDicomDecoder } from './dicom.js';
import type { DicomLimits } from './limits.js';

/** A file of which pieces can be read, in memory or on disk; what core hands to a decoder. */
export interface ImageFile {
  readonly size: number;
  /** Up to `length` bytes from `at` on; fewer at the end of the file. */
  read(at: number, length: number): Promise<Uint8Array>;
}

export interface PluggedImage {
  readonly description: {
    readonly format: 'dicom';
    readonly width: number;
    readonly height: number;
    readonly frame: number;
    readonly frames: number;
  };
  /** Pixels that decoding goes through. */
  readonly pixels: number;
  /** Memory that decoding takes at its peak, estimated from the header. */
  readonly decodeBytes: number;
  decode(
    bytes: Uint8Array,
    request: {
      /** In values after the modality LUT, such as Hounsfield units. */
      readonly window?: { readonly center: number; readonly width: number } | undefined;
      readonly rule?: WindowRule;
      readonly purpose?: 'head' | 'person';
    },
  ): Promise<{
    readonly width: number;
    readonly height: number;
    readonly channels: 1 | 3;
    readonly data: Uint8Array;
    readonly format: 'dicom';
    readonly view: { readonly frame: number; readonly frames: number; readonly window: AppliedWindow | null };
  }>;
}

/** DICOM as one of a config's decoders: `decoders: [dicom()]`. */
export interface DicomPlug {
  sniff(start: Uint8Array): 'dicom' | undefined;
  open(file: ImageFile, format: 'dicom', frame: number | undefined): Promise<PluggedImage>;
}

/** Peak bytes a pixel and sample beside the stored values: a codec's integers, its input and output, the values' copy, 8 bits. */
const CODEC_BYTES_PER_SAMPLE = 16;

export function dicom(options: { readonly limits?: Partial<DicomLimits> } = {}): DicomPlug {
  const decoder = createDicomDecoder(options);
  return {
    sniff: (start) => (decoder.sniff(start) ? 'dicom' : undefined),
    async open(file, _format, asked) {
      const frame = asked ?? 0;
      const header = decoder.describe(await file.read(0, file.size), { frame });
      const { rows, columns, frames, samples } = header;
      const pixels = rows * columns;
      return {
        description: { format: 'dicom', width: columns, height: rows, frame, frames },
        pixels,
        decodeBytes: pixels * samples * CODEC_BYTES_PER_SAMPLE,
        async decode(bytes, { window, rule, purpose = 'head' }) {
          const chosen: WindowRule | undefined = window ? { rule: 'fixed', ...window } : rule;
          const shown = await decoder.decodeFrame(bytes, { frame, purpose, ...(chosen && { window: chosen }) });
          const { width, height, channels, data } = shown;
          return { width, height, channels, data, format: 'dicom', view: { frame, frames, window: shown.window } };
        },
      };
    },
  };
}
