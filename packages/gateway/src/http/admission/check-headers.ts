import type { RequestHandler } from 'express';
import { refuseRequest } from './refuse-request.js';

/** The longest that is of use is a form's, with a boundary of 70 characters. */
const MOST_CHARACTERS = 256;

/** Refuses a Content-Type that is too long before anybody takes it apart. */
export const checkHeaders: RequestHandler = (request, _response, next) => {
  const { length } = request.headers['content-type'] ?? '';
  if (length <= MOST_CHARACTERS) next();
  else next(refuseRequest(`The Content-Type may have at most ${MOST_CHARACTERS} characters; this has ${length}.`));
};
