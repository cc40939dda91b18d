import type { PendingCall } from './pending-call.js';
import type { ZooChild } from '../channel/spawn-worker.js';

/** Written at once in under a millisecond; the event loop turns between two pieces. */
const PIECE_BYTES = 256 * 1024;

/** Sends a call in pieces; false if it stopped because the asker or the process has left. */
export async function sendCall(call: PendingCall, to: ZooChild, isGone: () => boolean): Promise<boolean> {
  const { id, bytes, digest, requests, options, deadlineAt } = call;
  let start = 0;
  for (; start + PIECE_BYTES < bytes.length; start += PIECE_BYTES) {
    await to.send({ type: 'bytes', call: id, bytes: bytes.subarray(start, start + PIECE_BYTES) });
    if (isGone()) return false;
    if (call.isAbandoned) {
      await to.send({ type: 'abort', call: id });
      return false;
    }
  }
  call.isSent = true;
  const deadlineMs = Math.max(0, deadlineAt - performance.now());
  await to.send({
    type: 'analyze',
    call: id,
    bytes: bytes.subarray(start),
    sha256: digest,
    requests,
    options: { ...options, deadlineMs },
  });
  return true;
}
