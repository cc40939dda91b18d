import { invalidImage } from '../refuse.js';
import type { FrameShape, StreamShape } from '../pixels/frame-shape.js';
import { countOf } from '@medzoo/core/contract';

/**
 * A stream that is larger than the header says would be decoded into more memory than was checked; a smaller one is
 * another image.
 */
export function checkStream(stream: StreamShape, frame: FrameShape): void {
  const { rows, columns, samples, bitsAllocated } = frame;
  const { width, height, components, precision } = stream;
  const expected = `${columns}x${rows} with ${countOf(samples, 'sample')} of at most ${bitsAllocated} bits`;
  const found = `${width}x${height} with ${countOf(components, 'sample')} of ${precision} bits`;
  const fits =
    width === columns && height === rows && components === samples && precision <= Math.max(bitsAllocated, 8);
  if (!fits) {
    throw invalidImage(`The file's header says ${expected}; its compressed pixels say ${found}. The file is damaged.`);
  }
}
