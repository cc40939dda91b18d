import type { AnsweredFrame } from '../answered.js';
import { geometryMissing, type PlacedFormat } from '../formats.js';
import { invalidParam } from '../refuse.js';
import { recordOf } from '../source/dicom-source.js';
import type { Plane } from '../source/plane.js';
import { sortByPosition } from '../source/sort-planes.js';

/** A frame whose place in the patient is known. */
export interface PlacedFrame {
  readonly answered: AnsweredFrame;
  readonly plane: Plane;
}

/**
 * The frames sorted by position. Throws UNSUPPORTED_FORMAT where one has no place in the patient, INVALID_PARAM where
 * they are no stack: several frames of reference, orientations, spacings or sizes, or one frame twice.
 */
export function placeFrames(frames: readonly AnsweredFrame[], format: PlacedFormat): PlacedFrame[] {
  const placed = frames.map((answered): PlacedFrame => {
    const { source, frame = 0 } = answered;
    const plane = source.planeOf(frame);
    if (!plane) throw geometryMissing(format, source, frame);
    return { answered, plane };
  });
  checkStack(frames);
  return sortByPosition(placed);
}

function checkStack(frames: readonly AnsweredFrame[]): void {
  const [first] = frames;
  if (!first) return;
  const references = new Set(frames.map(({ source }) => recordOf(source).frameOfReferenceUid));
  if (references.size > 1) {
    throw invalidParam(
      'The images lie in several frames of reference, so that their places cannot be compared. Write a file for each.',
    );
  }
  const other = frames.find(
    ({ source: { size } }) => size.width !== first.source.size.width || size.height !== first.source.size.height,
  );
  if (other) {
    const [a, b] = [first.source.size, other.source.size];
    throw invalidParam(
      `The images differ in size (${a.width} x ${a.height} and ${b.width} x ${b.height}). Write a file for each size.`,
    );
  }
  const seen = new Set(frames.map(({ source, frame = 0 }) => `${recordOf(source).sopInstanceUid} ${frame}`));
  if (seen.size < frames.length) {
    throw invalidParam(
      'A frame of an image comes twice: two of the files have one SOPInstanceUID, as a copy has, or two answers are ' +
        'of one frame. Leave one of them out.',
    );
  }
}
