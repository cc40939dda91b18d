import { analyzeFields } from '../../contract/options/analyze-options.js';
import { aFunction, maybe, options } from '../../contract/options/option-schemas.js';
import { parseOptions } from '../../contract/options/parse-options.js';
import { readGiven } from '../../contract/params/read-given.js';
import type { RunStart, WatchedOptions } from '../../sessions/scheduling/device-scheduler.js';

const watchedOptions = options({ ...analyzeFields, onRun: maybe(aFunction<(start: RunStart) => void>()) });

/**
 * The options of a call as plain data of their own, since what was given may be a Proxy, or change while the call runs.
 * Throws INVALID_PARAM, before any work, for an unknown option, or a value that its option cannot have.
 */
export function checkAnalyzeOptions(given: unknown = {}): WatchedOptions {
  return readGiven('The options', () =>
    parseOptions(watchedOptions, given, { code: 'INVALID_PARAM', what: 'Options' }),
  );
}
