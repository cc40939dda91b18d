import { isZooError, ZooError } from '@medzoo/core';
import { answerRequest } from './answer-request.js';
import type { ReaderMessage, ReaderReply, ReaderRequest } from './reader-requests.js';

/** What a file took beyond the memory that the process began with, and still has: worth collecting the heap for. */
const KEPT_BYTES = 48 * 2 ** 20;

let asked = 0;
let rssAtStart = 0;

// What the gateway runs in a process of its own: reads files that anybody may have sent, one request at a time.
process.on('message', (request: ReaderRequest) => {
  asked += 1;
  void reply(request).then((answer) => process.send?.(answer, giveBack));
});
process.on('disconnect', () => process.exit(0));
// Ctrl-C and service managers signal the whole group; the gateway lets its requests finish and then ends this process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined);
rssAtStart = process.memoryUsage.rss();
process.send?.({ isReady: true } satisfies ReaderMessage);

/**
 * Gives back what a large file took, or ends where the system does not get it all the same: another process takes over,
 * with none of it.
 */
function giveBack(): void {
  if (!keepsMuch()) return;
  const before = asked;
  globalThis.gc?.();
  // Buffers are freed after the collection that finds them.
  setImmediate(() => {
    globalThis.gc?.();
    if (keepsMuch() && asked === before) process.exit(0);
  });
}

function keepsMuch(): boolean {
  return process.memoryUsage.rss() - rssAtStart > KEPT_BYTES;
}

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
