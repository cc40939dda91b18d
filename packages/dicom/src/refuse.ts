import { countOf, ZooError, type ErrorDetails } from '@medzoo/core/contract';

/**
 * The refusals of this package. A message says what was expected, what came and what to do; it never holds a text value
 * of the file, because any of them may identify a patient. Numbers, UIDs of standards and attribute names are safe.
 */
export function invalidImage(message: string, cause?: unknown): ZooError {
  return new ZooError('INVALID_IMAGE', message, {
    details: { format: 'dicom' },
    ...(cause !== undefined && { cause }),
  });
}

export function unsupported(message: string, details: ErrorDetails = {}): ZooError {
  return new ZooError('UNSUPPORTED_FORMAT', message, { details: { format: 'dicom', ...details } });
}

/** `what` names the thing that is counted, in the plural: "pixels", "frames". */
export function tooLarge(what: string, limit: number, found: number, option: string): ZooError {
  const message =
    `A DICOM file may have at most ${limit} ${what}; this one has ${found}. ` +
    `Send a smaller one or raise ${option}.`;
  return new ZooError('IMAGE_TOO_LARGE', message, { details: { unit: what, limit, found } });
}

export function cutOff(what: string): ZooError {
  return invalidImage(`The file ends inside ${what}: it is damaged or was cut off. Send it again.`);
}

/** Any integer in 0..frames-1. */
export function checkFrame(frame: number, frames: number): void {
  if (Number.isInteger(frame) && frame >= 0 && frame < frames) return;
  throw new ZooError(
    'INVALID_PARAM',
    `frame must be an integer from 0 to ${frames - 1}, because this file has ${countOf(frames, 'frame')}; ` +
      `got ${frame}. Frames are counted from 0.`,
    { details: { path: 'frame', frames } },
  );
}
