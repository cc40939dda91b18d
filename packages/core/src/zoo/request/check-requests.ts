import {
  checkParams,
  didYouMean,
  ZooError,
  type Head,
  type HeadDescription,
  type ParamSpecs,
  type ParamValues,
} from '../../contract/index.js';
import { isRecord } from '../../contract/params/is-record.js';
import { readGiven } from '../../contract/params/read-given.js';
import { cutName } from '../../contract/text/show-value.js';

/** A head that was asked for, with all its params. */
export interface AskedHead<H extends HeadDescription = Head> {
  readonly head: H;
  readonly params: ParamValues<ParamSpecs>;
}

/**
 * Checks what was asked, which may be anything, before any work is done; gives back plain data of its own. Throws
 * UNKNOWN_HEAD, which lists those there are, or INVALID_PARAM.
 */
export function checkRequests<H extends HeadDescription>(heads: readonly H[], requests: unknown): AskedHead<H>[] {
  return readGiven('The requests', () => check(heads, requests));
}

function check<H extends HeadDescription>(heads: readonly H[], requests: unknown): AskedHead<H>[] {
  if (!isRecord(requests)) {
    throw new ZooError('INVALID_PARAM', 'The requests must be an object of params by head, such as { automed: {} }.');
  }
  const entries = Object.entries(requests);
  if (entries.length === 0) throw unknownHead('No head was asked for.', heads);
  return entries.map(([id, params]) => {
    const head = heads.find(({ manifest }) => manifest.id === id);
    if (!head) throw unknownHead(`There is no head "${cutName(id)}".`, heads, id);
    if (!isRecord(params)) {
      throw new ZooError('INVALID_PARAM', `The params of "${id}" must be an object, {} for the defaults.`);
    }
    return { head, params: checkParams(head.manifest.params, params, head.trained.labels) };
  });
}

/**
 * The checked requests as they were asked, in plain data: what was given may be a Proxy, which no message to a process
 * can hold.
 */
export function toPlainRequests(asked: readonly AskedHead<HeadDescription>[]): Record<string, AskedHead['params']> {
  // No points: the default.
  const isGiven = ([, value]: [string, unknown]): boolean => !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(
    asked.map(({ head, params }) => [head.manifest.id, Object.fromEntries(Object.entries(params).filter(isGiven))]),
  );
}

function unknownHead(what: string, heads: readonly HeadDescription[], asked = ''): ZooError {
  const known = heads.map(({ manifest }) => manifest.id);
  return new ZooError('UNKNOWN_HEAD', `${what} There are ${known.join(', ') || 'none'}.${didYouMean(asked, known)}`, {
    details: { known },
  });
}
