import type {
  AnalyzeOptions,
  Answer,
  DecodeLimits,
  HeadDescription,
  ModelProgress,
  Outcome,
  ProcessRuntime,
  ZooErrorData,
  ZooEvent,
} from '../../contract/index.js';

/** The argument that makes a worker send its events. */
export const OBSERVED = 'observed';

/** An outcome as plain data: instances of classes cannot be sent. */
export type OutcomeData =
  | Extract<Outcome<Answer>, { ok: true }>
  | (Omit<Extract<Outcome<Answer>, { ok: false }>, 'error'> & { readonly error: ZooErrorData });

/** The options that are sent. The deadline and the signal stay with the asking process. */
export type CallOptions = Omit<AnalyzeOptions, 'signal' | 'deadlineMs'>;

/** Messages to a worker. */
export type ToWorker =
  /** A piece of a large image, before `analyze`: writing 20 MB at once would block the asking process. */
  | { readonly type: 'bytes'; readonly call: number; readonly bytes: Uint8Array }
  /** The last piece, or all of a small image. */
  | {
      readonly type: 'analyze';
      readonly call: number;
      readonly bytes: Uint8Array;
      /**
       * 'sent': `bytes` and the pieces before are the image. 'hold': they are, and the worker keeps them for calls
       * about other frames. 'held': nothing is sent; the worker has kept the image of this digest.
       */
      readonly file: 'sent' | 'hold' | 'held';
      /** Of the whole image: it is not hashed again. */
      readonly sha256: string;
      readonly requests: Readonly<Record<string, unknown>>;
      readonly options: CallOptions & { readonly deadlineMs: number };
      /** As in `cores`. */
      readonly isAlone: boolean;
    }
  /** The caller has left. Before `analyze`, the call is dropped; after it, the worker still sends its end, soon. */
  | { readonly type: 'abort'; readonly call: number }
  /** Sent to a worker that has calls: whether no other worker has one from now on, so that all cores are its own. */
  | { readonly type: 'cores'; readonly isAlone: boolean }
  /** Sent to a worker that has no calls: the image that it holds is not asked about any more. */
  | { readonly type: 'release' }
  | { readonly type: 'close' };

/** The end of a call. */
export type CallEnd = (
  | { readonly type: 'answer'; readonly call: number; readonly outcomes: Readonly<Record<string, OutcomeData>> }
  | { readonly type: 'fault'; readonly call: number; readonly error: ZooErrorData }
) & {
  /** Sent if the worker has no other call: no `alive` follows. */
  readonly state?: WorkerStatus;
};

/** What a worker reports of itself. The asking process knows the rest. */
export type WorkerStatus = Omit<ProcessRuntime, 'state' | 'crashes'>;

/** Sent every second while the worker has calls, except while a model blocks the thread that would send it. */
export interface SignOfLife {
  readonly type: 'alive';
  /** Missing if the zoo failed to describe itself. */
  readonly state?: WorkerStatus;
  /** For how long the oldest step of its calls has lasted: a run, the opening of a model, decoding. */
  readonly stepMs: number;
}

/** Messages from the process that prefetches. To stop it, its channel is closed. */
export type FromPrefetch =
  | { readonly type: 'progress'; readonly progress: ModelProgress }
  | { readonly type: 'done' }
  | { readonly type: 'unable'; readonly error: ZooErrorData };

/** Sent just before a model runs: the call whose run blocks the thread from now on. */
export interface RunBegin {
  readonly type: 'runs';
  readonly call: number;
  /** Whether other calls with the same image may wait for this run as well. */
  readonly isShared: boolean;
  /** Whether it is the same run as the one reported just before: the calls run as one batch. */
  readonly isBatched: boolean;
}

/** What a worker reports once it is ready. */
export type WorkerReport = CallEnd | SignOfLife | RunBegin;

/** Messages from a worker. */
export type FromWorker = (
  | {
      readonly type: 'ready';
      readonly heads: readonly HeadDescription[];
      readonly limits: DecodeLimits;
      readonly state: WorkerStatus;
    }
  | { readonly type: 'unable'; readonly error: ZooErrorData }
  /**
   * Sent in place of `ready`: the config needs these environment variables, so the process has to start again with
   * them.
   */
  | { readonly type: 'restart'; readonly environment: Readonly<Record<string, string>> }
  /** Weights have come from the network: the start makes progress. */
  | { readonly type: 'fetching' }
  | WorkerReport
) & {
  /** What happened since the last message, if the asking process observes. */
  readonly events?: readonly ZooEvent[];
};

const FROM_WORKER: Readonly<Record<FromWorker['type'], true>> = {
  ready: true,
  unable: true,
  restart: true,
  fetching: true,
  answer: true,
  fault: true,
  alive: true,
  runs: true,
};
const FROM_PREFETCH: Readonly<Record<FromPrefetch['type'], true>> = { progress: true, done: true, unable: true };

/**
 * Whether a message is one of medzoo's. The code of a config, or a library that it imports, may send others over the
 * same channel.
 */
export function isFromWorker(message: unknown): message is FromWorker {
  return hasType(message, FROM_WORKER);
}

/** The same for the process that prefetches. */
export function isFromPrefetch(message: unknown): message is FromPrefetch {
  return hasType(message, FROM_PREFETCH);
}

function hasType(message: unknown, types: Readonly<Record<string, true>>): boolean {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  return typeof message.type === 'string' && Object.hasOwn(types, message.type);
}
