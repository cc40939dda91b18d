import type { Logger } from 'pino';

/** Orchestrators kill after 10 s; what has not ended by then is cut off in an orderly way. */
const STOP_WITHIN_MS = 8700;
const LOOK_AGAIN_MS = 300;
/** For what the log still has to write, which may be slow, or never end where its reader has stopped. */
const GONE_WITHIN_MS = 9700;
const GONE_AT_ONCE_MS = 500;

/** Stops once and exits 0 on SIGTERM and SIGINT; a second signal exits at once, as if nobody listened. */
export function stopOnSignals(stop: () => Promise<void>, logger: Logger): void {
  let isStopping = false;
  const onSignal = (signal: 'SIGTERM' | 'SIGINT'): void => {
    killAfter(isStopping ? GONE_AT_ONCE_MS : GONE_WITHIN_MS);
    if (isStopping) {
      exit(signal === 'SIGINT' ? 130 : 143, logger);
      return;
    }
    isStopping = true;
    logger.info({ signal }, 'stopping: running requests may finish');
    setTimeout(() => end(logger), STOP_WITHIN_MS).unref();
    stop().then(
      () => {
        logger.info('stopped');
        exit(0, logger);
      },
      (error: unknown) => {
        logger.error({ err: error }, 'could not stop in order');
        exit(1, logger);
      },
    );
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
}

/**
 * Node's exit waits for its file operations, and one on a network disk that is away never ends. Others end within
 * milliseconds: only what is under way at both of two looks counts.
 */
function end(logger: Logger): void {
  const wasReading = isReading();
  setTimeout(() => {
    if (wasReading && isReading()) {
      logger.error('not everything ended in time: a file is still being read or written, so the process kills itself');
      process.kill(process.pid, 'SIGKILL');
    } else {
      logger.warn('not everything ended in time');
      exit(0, logger);
    }
  }, LOOK_AGAIN_MS);
}

/** Node writes the log's last lines as it exits, and waits without end for a reader that takes none. */
function exit(code: number, logger: Logger): void {
  logger.flush(() => process.exit(code));
}

function killAfter(ms: number): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), ms).unref();
}

function isReading(): boolean {
  return process.getActiveResourcesInfo().some((resource) => resource.startsWith('FSReq'));
}
