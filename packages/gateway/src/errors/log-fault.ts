import { isZooError } from '@medzoo/core';
import type { Logger } from 'pino';
import { isRefusal, isServerFault } from './describe-fault.js';

/** Logs what an operator should know of: a fault of the server in full, a refusal of a busy one as a word. */
export function logFault(
  logger: Logger,
  error: unknown,
  what: string,
  facts: Readonly<Record<string, string>> = {},
): void {
  if (!isServerFault(error)) return;
  if (isRefusal(error) && isZooError(error)) logger.warn({ ...facts, code: error.code }, what);
  else logger.error({ ...facts, err: error }, what);
}
