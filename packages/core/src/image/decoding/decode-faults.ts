import { isZooError, ZooError } from '../../contract/index.js';
import type { ImageFormat } from './sniff-format.js';

/** A file of a format that is read, with pixels that are not: `found` says what came, `advice` how to convert it. */
export function unsupported(found: string, advice: string): ZooError {
  const message = `This is ${found}, which is not read here. ${advice}`;
  return new ZooError('UNSUPPORTED_FORMAT', message, { details: { found } });
}

/** libvips' own words stay in `cause`: they are for the operator, not for the caller. */
export function damaged(format: ImageFormat, cause?: unknown): ZooError {
  const message =
    `This begins like a ${format.toUpperCase()} but cannot be read to its end: it is damaged or cut off. Send it ` +
    'again.';
  return new ZooError('INVALID_IMAGE', message, { details: { format }, cause });
}

export function noSuchFrame(frame: number, frames: number): ZooError {
  const there = frames === 1 ? 'one frame, number 0' : `${frames} frames, from 0 to ${frames - 1}`;
  return new ZooError('INVALID_PARAM', `There is no frame ${frame} in this image: it has ${there}.`, {
    details: { param: 'view.frame', frames },
  });
}

/** The fault of one page of a TIFF of several: the others may be well, so the message says which it is of. */
export function ofPage(
  error: unknown,
  { frame, frames = 1 }: { readonly frame: number; readonly frames?: number },
): unknown {
  if (!isZooError(error) || frames === 1) return error;
  const { code, message, details, cause } = error;
  const which = `Frame ${frame}, of ${frames} from 0 to ${frames - 1}, cannot be read`;
  return new ZooError(code, `${which}: ${message}`, { details: { ...details, frame }, cause });
}
