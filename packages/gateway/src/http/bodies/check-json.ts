import type { IncomingMessage } from 'node:http';
import { refuseRequest } from '../admission/refuse-request.js';

/** Of lists and objects in one another: the variables' 20 (`graphql/admission/`), with room for what is around them. */
const MOST_LEVELS = 32;
/** Lists, objects and what commas set apart: twice what variables may have. */
const MOST_VALUES = 20_000;
/** Two for each key and each text: far more than the variables of 32 heads with their points have. */
const MOST_QUOTES = 20_000;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
/** `[` and `{` differ in this bit only, and so do `]` and `}`. */
const BRACE_BIT = 0x20;
const OPENS = 0x5b;
const CLOSES = 0x5d;

/** As express.json calls it, with the bytes of a body. */
export function checkJsonBody(_request: IncomingMessage, _response: unknown, body: Buffer): void {
  checkJson(body, 'The body');
}

/**
 * Refuses JSON of very many levels, values or keys before it is parsed: to make objects of them takes longer than to
 * read the bytes. `what` names it in the error. What is no JSON passes, since its parser says more about it.
 */
export function checkJson(json: Buffer, what: string): void {
  let level = 0;
  let values = 0;
  let quotes = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at]!;
    if (byte === QUOTE) {
      quotes += 2;
      if (quotes > MOST_QUOTES) throw tooMany(what, 'keys and texts');
      at = endOfText(json, at);
    } else if (byte === COMMA) {
      values += 1;
    } else if ((byte & ~BRACE_BIT) === OPENS) {
      level += 1;
      values += 1;
      if (level > MOST_LEVELS)
        throw refuseRequest(`${what} is nested more than ${MOST_LEVELS} levels deep. Send a flatter one.`);
    } else if ((byte & ~BRACE_BIT) === CLOSES) {
      level -= 1;
    }
    if (values > MOST_VALUES) throw tooMany(what, 'values');
  }
}

/** Where the quote is that ends the text which begins at `start`; the end of the bytes if none does. */
function endOfText(json: Buffer, start: number): number {
  for (let end = json.indexOf(QUOTE, start + 1); end !== -1; end = json.indexOf(QUOTE, end + 1)) {
    let escapes = 0;
    while (json[end - 1 - escapes] === BACKSLASH) escapes += 1;
    if (escapes % 2 === 0) return end;
  }
  return json.length;
}

function tooMany(what: string, which: string): Error {
  return refuseRequest(`${what} has too many ${which}. Ask for less at once.`, 413);
}
