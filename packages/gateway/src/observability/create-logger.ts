import { type DestinationStream, type Logger, pino } from 'pino';
import { currentRequest } from './current-request.js';
import { openStandardOutput } from './log-destination.js';

export interface LoggerOptions {
  /** 'info' if left out. */
  readonly level?: string;
  /** Standard output if left out. */
  readonly destination?: DestinationStream;
}

/** The name of an image's file begins with its digest, by which it may be fetched; errors of the system have paths. */
const STORED_NAME = /([0-9a-f]{8})[0-9a-f]{56}(?=-\d+x\d+)/g;

/**
 * JSON lines, each with the id of the request it is part of, and of its trace if there is one. Whoever logs leaves out
 * file names, params and image bytes. Of a stored image's file a line has the first eight digits, whatever it is about.
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
    hooks: { streamWrite: (line: string) => line.replaceAll(STORED_NAME, '$1…') },
  };
  const logger = pino(options, destination ?? openStandardOutput(tellLost));
  return logger;

  function tellLost(lines: number): void {
    logger.warn({ lines }, 'lines of this log were lost: they could not be written, and too many waited');
  }
}
