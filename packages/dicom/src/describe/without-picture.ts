import { isZooError, type ZooError } from '@medzoo/core/contract';
import { unsupported } from '../refuse.js';

const KIND = 'no picture';

/** The error about a DICOM file that holds no picture; `sopClass` names what it is instead. */
export function withoutPicture(message: string, sopClass?: string): ZooError {
  return unsupported(message, { kind: KIND, ...(sopClass !== undefined && { sopClass }) });
}

/**
 * Whether an error says of a DICOM file that it holds no picture: a report, a presentation state, an encapsulated
 * document, or whatever else has no pixels. A caller with many files passes over such a file, because folders of
 * hospitals hold them beside images.
 */
export function isWithoutPicture(error: unknown): boolean {
  return isZooError(error) && error.code === 'UNSUPPORTED_FORMAT' && error.details.kind === KIND;
}
