import { invalidImage } from '../refuse.js';
import type { FrameShape, StreamShape } from '../pixels/frame-shape.js';

/**
 * A stream that is larger than the header says would be decoded into more memory than was checked; a smaller one is
 * another image.
 */
export function checkStream(stream: StreamShape, frame: FrameShape): void {
  const expected = `${frame.columns}x${frame.rows} with ${frame.samples} samples of at most ${frame.bitsAllocated} bits`;
  const found = `${stream.width}x${stream.height} with ${stream.components} samples of ${stream.precision} bits`;
  const fits =
    stream.width === frame.columns &&
    stream.height === frame.rows &&
    stream.components === frame.samples &&
    stream.precision <= Math.max(frame.bitsAllocated, 8);
  if (!fits) {
    throw invalidImage(`The file's header says ${expected}; its compressed pixels say ${found}. The file is damaged.`);
  }
}
