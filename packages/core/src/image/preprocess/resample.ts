import type { Size } from '../../contract/index.js';
import { createLayout } from '../../kernels/layout.js';
import { withKernels } from '../../kernels/with-kernels.js';
import { tapsFor, type Interpolation } from './taps.js';

/** uint8 [height, width, channels], row-major. */
export interface Raster extends Size {
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** What becomes of an image's colours. */
export interface Planes extends Size {
  readonly count: 1 | 3;
  /**
   * float32 [4, 4]: what red, green and blue each add to each plane, and what is added to it beside; the last column is
   * unused.
   */
  readonly colour: Float32Array;
}

/** Of an image's rows in the kernels' memory: an image that is larger goes through it in bands. */
const BAND_BYTES = 2 ** 20;

/**
 * Resizes without rounding to bytes, separably, to the top left `size` of float32 [count, height, width], which is 0
 * elsewhere: each output row is mixed from whole input rows, which lie in one piece, and then along itself, while it is
 * in the processor's cache.
 */
export function resample(raster: Raster, size: Size, interpolation: Interpolation, planes: Planes): Float32Array {
  const { channels, data } = raster;
  const stride = raster.width * channels;
  const rows = tapsFor(raster.height, size.height, interpolation);
  const columns = tapsFor(raster.width, size.width, interpolation);
  const bandRows = Math.min(raster.height, Math.max(rows.perIndex, Math.floor(BAND_BYTES / stride)));
  const planeLength = planes.width * planes.height;

  const layout = createLayout();
  const at = {
    band: layout.place(bandRows * stride),
    mixed: layout.place(4 * stride),
    rowWeights: layout.place(rows.weights.byteLength),
    columnStarts: layout.place(columns.starts.byteLength),
    columnWeights: layout.place(columns.weights.byteLength),
    colour: layout.place(planes.colour.byteLength),
    planes: layout.place(4 * planes.count * planeLength),
  };
  return withKernels(layout.bytes, ({ memory: { buffer }, mixRows, mixColumns }) => {
    new Float32Array(buffer, at.rowWeights).set(rows.weights);
    new Int32Array(buffer, at.columnStarts).set(columns.starts);
    new Float32Array(buffer, at.columnWeights).set(columns.weights);
    new Float32Array(buffer, at.colour).set(planes.colour);
    const seen = new Float32Array(buffer, at.planes, planes.count * planeLength);
    if (size.width < planes.width || size.height < planes.height) seen.fill(0);

    const band = new Uint8Array(buffer, at.band, bandRows * stride);
    let [first, end] = [0, 0];
    for (let row = 0; row < size.height; row += 1) {
      const start = rows.starts[row]!;
      if (start + rows.perIndex > end) {
        [first, end] = [start, Math.min(start + bandRows, raster.height)];
        band.set(data.subarray(first * stride, end * stride));
      }
      const source = at.band + (start - first) * stride;
      const target = at.planes + 4 * row * planes.width;
      mixRows(source, stride, at.rowWeights + 4 * row * rows.perIndex, rows.perIndex, at.mixed, stride);
      mixColumns(
        at.mixed,
        channels,
        at.columnStarts,
        at.columnWeights,
        columns.perIndex,
        at.colour,
        target,
        planes.count,
        4 * planeLength,
        size.width,
      );
    }
    return seen.slice();
  });
}
