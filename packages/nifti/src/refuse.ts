import { ZooError, type ErrorDetails } from '@medzoo/core/contract';
import { countOf } from '@medzoo/core/contract';

/**
 * A message says what was expected, what came and what to do; it never holds a text of the file, which may name a
 * patient.
 */
export function invalidImage(message: string, cause?: unknown): ZooError {
  return new ZooError('INVALID_IMAGE', message, {
    details: { format: 'nifti' },
    ...(cause !== undefined && { cause }),
  });
}

export function unsupported(message: string, details: ErrorDetails = {}): ZooError {
  return new ZooError('UNSUPPORTED_FORMAT', message, { details: { format: 'nifti', ...details } });
}

export function tooLarge(what: string, limit: number, found: number, option: string): ZooError {
  const message = `A volume may have at most ${limit} ${what}; this one has ${found}. Send a smaller one or raise ${option}.`;
  return new ZooError('IMAGE_TOO_LARGE', message, { details: { unit: what, limit, found } });
}

export function checkFrame(frame: number, frames: number): void {
  if (Number.isInteger(frame) && frame >= 0 && frame < frames) return;
  const message =
    `frame must be an integer from 0 to ${frames - 1}, because this file has ${countOf(frames, 'slice')}; ` +
    `got ${frame}. Frames are counted from 0.`;
  throw new ZooError('INVALID_PARAM', message, { details: { path: 'frame', frames } });
}
