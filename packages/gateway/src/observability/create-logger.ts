import { type DestinationStream, type Logger, pino } from 'pino';
import { currentRequestId } from './current-request.js';

export interface LoggerOptions {
  /** 'info' if left out. */
  readonly level?: string;
  /** Standard output if left out. */
  readonly destination?: DestinationStream;
}

/** JSON lines, each with the id of the request it is part of. Whoever logs leaves out file names, params and image bytes. */
export function createLogger({ level = 'info', destination }: LoggerOptions = {}): Logger {
  const options = {
    level,
    mixin: () => {
      const requestId = currentRequestId();
      return requestId === undefined ? {} : { requestId };
    },
  };
  return destination ? pino(options, destination) : pino(options);
}
