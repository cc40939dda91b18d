import { ZooError, type ErrorDetails } from '@medzoo/core/contract';

/** The caller asks for what cannot be done with what they gave. */
export function invalidParam(message: string, details: ErrorDetails = {}): ZooError {
  return new ZooError('INVALID_PARAM', message, { details });
}

/** The source file cannot be read. Its bytes and texts never go into a message: they may name a patient. */
export function invalidSource(message: string, details: ErrorDetails = {}): ZooError {
  return new ZooError('INVALID_IMAGE', message, { details });
}

/** This image cannot become a file of this format; the message names the formats that it can become. */
export function impossibleFormat(message: string, details: ErrorDetails): ZooError {
  return new ZooError('UNSUPPORTED_FORMAT', message, { details });
}

/** What is written would be larger than a limit of this package. */
export function tooLarge(message: string, details: ErrorDetails = {}): ZooError {
  return new ZooError('IMAGE_TOO_LARGE', message, { details });
}
