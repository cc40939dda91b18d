import type { IncomingMessage } from 'node:http';
import { refuseRequest } from '../admission/refuse-request.js';

/** Two for each key and each text: far more than the variables of 32 heads with their points have. */
const MOST_QUOTES = 20_000;
const QUOTE = 0x22;

/** Refuses JSON of very many keys before it is parsed: making objects of them takes longer than reading the bytes. */
export function checkKeys(_request: IncomingMessage, _response: unknown, body: Buffer): void {
  let quotes = 0;
  for (let at = body.indexOf(QUOTE); at !== -1; at = body.indexOf(QUOTE, at + 1)) {
    quotes += 1;
    if (quotes > MOST_QUOTES) throw refuseRequest('The body has too many keys and texts. Ask for less at once.', 413);
  }
}
