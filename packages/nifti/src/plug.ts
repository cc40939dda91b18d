import type { AppliedWindow, WindowRule } from '@medzoo/core/contract';
import type { NiftiLimits } from './limits.js';
import { createNiftiDecoder } from './nifti.js';

/** A file of which pieces can be read, in memory or on disk; what core hands to a decoder. */
export interface ImageFile {
  readonly size: number;
  /** Up to `length` bytes from `at` on; fewer at the end of the file. */
  read(at: number, length: number): Promise<Uint8Array>;
}

export interface PluggedImage {
  readonly description: {
    readonly format: 'nifti';
    readonly width: number;
    readonly height: number;
    readonly frame: number;
    readonly frames: number;
  };
  readonly pixels: number;
  /** Memory that decoding takes at its peak, estimated from the header: of a compressed file all volumes are inflated. */
  readonly decodeBytes: number;
  decode(
    bytes: Uint8Array,
    request: {
      readonly window?: { readonly center: number; readonly width: number } | undefined;
      readonly rule?: WindowRule;
      readonly purpose?: 'head' | 'person';
    },
  ): Promise<{
    readonly width: number;
    readonly height: number;
    readonly channels: 1 | 3;
    readonly data: Uint8Array;
    readonly format: 'nifti';
    readonly view: { readonly frame: number; readonly frames: number; readonly window: AppliedWindow | null };
  }>;
}

/** NIfTI and MGH as one of a config's decoders: `decoders: [nifti()]`. */
export interface NiftiPlug {
  sniff(start: Uint8Array): 'nifti' | undefined;
  open(file: ImageFile, format: 'nifti', frame: number | undefined): Promise<PluggedImage>;
}

const MOST_VOXEL_BYTES = 8;
const BYTES_PER_PIXEL = 24;

export function nifti(options: { readonly limits?: Partial<NiftiLimits> } = {}): NiftiPlug {
  const decoder = createNiftiDecoder(options);
  return {
    sniff: (start) => (decoder.sniff(start) ? 'nifti' : undefined),
    async open(file, _format, asked) {
      const frame = asked ?? 0;
      const { rows, columns, frames } = decoder.describe(await file.read(0, file.size), { frame });
      const pixels = rows * columns;
      return {
        description: { format: 'nifti', width: columns, height: rows, frame, frames },
        pixels,
        decodeBytes: pixels * (frames * MOST_VOXEL_BYTES + BYTES_PER_PIXEL),
        decode(bytes, { window, rule, purpose = 'head' }) {
          const chosen: WindowRule | undefined = window ? { rule: 'fixed', ...window } : rule;
          const shown = decoder.decodeFrame(bytes, { frame, purpose, ...(chosen && { window: chosen }) });
          const { width, height, channels, data } = shown;
          return Promise.resolve({
            width,
            height,
            channels,
            data,
            format: 'nifti',
            view: { frame, frames, window: shown.window },
          });
        },
      };
    },
  };
}
