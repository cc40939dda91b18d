import { ZooError, type AnalyzeOptions, type HeadDescription } from '../contract/index.js';
import type { AskedHead } from '../zoo/check-requests.js';
import type { CallOptions } from './messages.js';

/**
 * The params that were given, by head, as plain data made of the checked values: what the caller gave may be a proxy, as reactive
 * frameworks make, which cannot cross to another process, or may change while the call waits. Defaults are left to the other process.
 * Throws INVALID_PARAM for what JSON cannot hold.
 */
export function copyRequests(
  asked: readonly AskedHead<HeadDescription>[],
  requests: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  try {
    const entries = asked.map(({ head: { manifest }, params }) => {
      const own = requests[manifest.id] as Readonly<Record<string, unknown>>;
      const given = Object.entries(params).filter(([name]) => (own[name] ?? undefined) !== undefined);
      return [manifest.id, JSON.parse(JSON.stringify(Object.fromEntries(given))) as unknown];
    });
    return Object.fromEntries(entries) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `The params of a head are plain data, such as JSON can hold; these are not: ${why}`;
    throw new ZooError('INVALID_PARAM', message, { cause });
  }
}

/** The options that the other process needs, as plain data. */
export function copyOptions({ priority, caller, trace, encodings, polygonTolerance }: AnalyzeOptions): CallOptions {
  return {
    ...(priority !== undefined && { priority }),
    ...(caller !== undefined && { caller }),
    ...(trace !== undefined && { trace }),
    ...(encodings !== undefined && { encodings: [...encodings] }),
    ...(polygonTolerance !== undefined && { polygonTolerance }),
  };
}
