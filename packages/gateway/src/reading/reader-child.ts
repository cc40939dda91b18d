import { isZooError, ZooError } from '@medzoo/core';
import { answerRequest } from './answer-request.js';
import type { ReaderMessage, ReaderReply, ReaderRequest } from './reader-requests.js';

/** Memory that is not given back: another process takes over, with none of it. */
const WORN_BYTES = 1024 * 2 ** 20;

// What the gateway runs in a process of its own: reads files that anybody may have sent, one request at a time.
process.on('message', (request: ReaderRequest) => {
  void reply(request).then((answer) => {
    process.send?.(answer, () => {
      if (process.memoryUsage.rss() > WORN_BYTES) process.exit(0);
    });
  });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ isReady: true } satisfies ReaderMessage);

async function reply(request: ReaderRequest): Promise<ReaderReply> {
  try {
    return { ok: true, answer: await answerRequest(request) };
  } catch (error) {
    // Whatever a library says of a file that it stumbles on may hold a part of that file.
    const known = isZooError(error)
      ? ZooError.fromJSON(ZooError.prototype.toJSON.call(error))
      : new ZooError('INVALID_IMAGE', 'This file cannot be read: it is damaged. Send it again.');
    const { cause: _, ...data } = known.toJSON();
    const errno = isZooError(error) ? undefined : errnoOf(error);
    return { ok: false, error: data, ...(errno !== undefined && { errno }) };
  }
}

/** The code of a system error. Its message is left out: it has the path of a file. */
function errnoOf(error: unknown): string | undefined {
  const isOfSystem = error instanceof Error && 'syscall' in error && 'code' in error;
  return isOfSystem && typeof error.code === 'string' ? error.code : undefined;
}
