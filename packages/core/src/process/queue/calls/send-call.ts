import type { ReadyWorker } from '../../channel/spawn-worker.js';
import type { HeldFile } from './held-file.js';
import type { PendingCall } from './pending-call.js';

/** One piece is written in under a millisecond. The event loop turns between two pieces. */
const PIECE_BYTES = 256 * 1024;

/** Asked anew at each step, since others go on meanwhile. */
export interface SendState {
  /** Whether the worker has ended. */
  readonly isGone: () => boolean;
  /** Whether no other worker has a call. */
  readonly isAlone: () => boolean;
  readonly held: HeldFile;
}

/**
 * Sends a call in pieces, without its file where the worker holds that. Returns false if it stopped because the caller
 * has left or the worker has ended. Rejects for what cannot be serialised; the worker then holds no file.
 */
export async function sendCall(call: PendingCall, to: ReadyWorker, state: SendState): Promise<boolean> {
  const { isGone, isAlone, held } = state;
  const { id, bytes, digest, requests, options, deadlineAt } = call;
  const isHeld = held.has(call);
  let start = isHeld ? bytes.length : 0;
  for (; start + PIECE_BYTES < bytes.length; start += PIECE_BYTES) {
    await to.send({ type: 'bytes', call: id, bytes: bytes.subarray(start, start + PIECE_BYTES) });
    if (isGone()) return false;
    if (call.state.name === 'abandoned') {
      await to.send({ type: 'abort', call: id });
      return false;
    }
  }
  call.apply({ type: 'complete' });
  const deadlineMs = Math.max(0, deadlineAt - performance.now());
  const file = isHeld ? 'held' : held.isWorthHolding(call) ? 'hold' : 'sent';
  const sending = to.send({
    type: 'analyze',
    call: id,
    bytes: bytes.subarray(start),
    file,
    sha256: digest,
    requests,
    options: { ...options, deadlineMs },
    isAlone: isAlone(),
  });
  if (file === 'hold') held.hold(call); // at once: the next message to this worker comes after this one
  await sending.catch((error: unknown) => {
    held.forget(); // or the next call would refer to what was never sent
    throw error;
  });
  return true;
}
