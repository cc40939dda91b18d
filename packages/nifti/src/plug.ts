import type { ImageDecoder, UsedWindow, ViewWindow, WindowRule } from '@medzoo/core/contract';
import type { NiftiLimits } from './limits.js';
import { createNiftiDecoder } from './nifti.js';

const MOST_VOXEL_BYTES = 8;
const BYTES_PER_PIXEL = 24;

/** NIfTI and MGH as one of a config's decoders: `decoders: [nifti()]`. */
export function nifti(options: { readonly limits?: Partial<NiftiLimits> } = {}): ImageDecoder {
  const decoder = createNiftiDecoder(options);
  return {
    sniff: (start) => (decoder.sniff(start) ? 'nifti' : undefined),
    async open(file, _format, { frame = 0, slices }) {
      const which = { frame, ...(slices !== undefined && { slices }) };
      const facts = decoder.describe(await file.read(0, file.size), which);
      const { format, rows, columns, frames, spacing } = facts;
      const pixels = rows * columns;
      return {
        description: { format, width: columns, height: rows, frame, frames, facts },
        pixels,
        // Of a compressed file all volumes are inflated.
        decodeBytes: pixels * (frames * MOST_VOXEL_BYTES + BYTES_PER_PIXEL),
        async decode(bytes, { window: asked, rule, purpose }) {
          const chosen = asked ? toRule(asked) : rule;
          const shown = decoder.decodeFrame(bytes, { ...which, purpose, ...(chosen && { window: chosen }) });
          const { width, height, channels, data } = shown;
          const window = asked ? asRequested(shown.window) : shown.window;
          return Promise.resolve({
            ...{ width, height, channels, data, format },
            view: { frame, frames, window, spacing, modality: null },
          });
        },
        readStored: async (bytes) => Promise.resolve(decoder.decodeStored(bytes, which)),
      };
    },
  };
}

function toRule({ center, width, function: shape = 'LINEAR_EXACT' }: ViewWindow): WindowRule {
  return { rule: 'fixed', center, width, function: shape };
}

function asRequested(window: UsedWindow | null): UsedWindow | null {
  return window && { ...window, source: 'request' };
}
