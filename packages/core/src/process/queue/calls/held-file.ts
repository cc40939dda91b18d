import type { PendingCall } from './pending-call.js';

/** A smaller file is sent as quickly as it is looked for. */
const SMALLEST_BYTES = 512 * 1024;
/** Longer than a walk over a file's frames takes between two of them. */
const RELEASED_AFTER_MS = 5000;

/**
 * The file that a worker holds: the last one of which a single frame was asked for. Its next frame is asked for without
 * sending the file again. A worker holds one such file, since a walk over frames stays with its file.
 */
export interface HeldFile {
  /** Whether the worker has this call's file already. */
  has(call: PendingCall): boolean;
  /** Whether the worker is to hold this call's file. */
  isWorthHolding(call: PendingCall): boolean;
  /** The worker holds this call's file from now on, and none that it held before. */
  hold(call: PendingCall): void;
  /** The worker has calls. */
  keep(): void;
  /** The worker has no calls: after a while without any, it is told to let the file go. */
  releaseLater(): void;
  /** The worker has ended. */
  forget(): void;
}

/** `release` tells the worker to let its file go. */
export function createHeldFile(release: () => void): HeldFile {
  let digest: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  const keep = (): void => clearTimeout(timer);
  return {
    has: (call) => call.digest === digest,
    isWorthHolding: ({ bytes, options }) => bytes.length >= SMALLEST_BYTES && options.view?.frame !== undefined,
    hold: (call) => void (digest = call.digest),
    keep,
    releaseLater() {
      keep();
      if (digest === undefined) return;
      timer = setTimeout(() => {
        digest = undefined;
        release();
      }, RELEASED_AFTER_MS).unref();
    },
    forget() {
      keep();
      digest = undefined;
    },
  };
}
