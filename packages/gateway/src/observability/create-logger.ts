import { type DestinationStream, type Logger, pino } from 'pino';
import { currentRequest } from './current-request.js';

export interface LoggerOptions {
  /** 'info' if left out. */
  readonly level?: string;
  /** Standard output if left out. */
  readonly destination?: DestinationStream;
}

/**
 * A write for each line is a tenth of what a request costs here; these go out together, at the latest after so long.
 */
const BUFFERED = { sync: false, minLength: 4096, periodicFlush: 100 } as const;

/**
 * JSON lines, each with the id of the request it is part of, and of its trace if there is one. Whoever logs leaves out
 * file names, params and image bytes.
 */
export function createLogger({ level = 'info', destination }: LoggerOptions = {}): Logger {
  const options = {
    level,
    mixin: () => {
      const request = currentRequest();
      if (!request) return {};
      const { id: requestId, traceId } = request;
      return { requestId, ...(traceId !== undefined && { traceId }) };
    },
  };
  return pino(options, destination ?? pino.destination(BUFFERED));
}
