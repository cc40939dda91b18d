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

/** The argument by which a child process is told to send its events. */
export const OBSERVED = 'observed';

/** An outcome as plain data: classes do not survive the crossing. */
export type OutcomeData =
  | Extract<Outcome<Answer>, { ok: true }>
  | (Omit<Extract<Outcome<Answer>, { ok: false }>, 'error'> & { readonly error: ZooErrorData });

/** What crosses of the options; the clock and the signal stay with the asker. */
export type CallOptions = Omit<AnalyzeOptions, 'signal' | 'deadlineMs'>;

/** From the process that asks to the one that has the zoo. */
export type ToChild =
  /** A piece of a large image, before `analyze`: writing 20 MB at once would hold up the asking process. */
  | { readonly type: 'bytes'; readonly call: number; readonly bytes: Uint8Array }
  /** The last piece, or a small image whole. */
  | {
      readonly type: 'analyze';
      readonly call: number;
      readonly bytes: Uint8Array;
      /** Of the whole image: it is not hashed again. */
      readonly sha256: string;
      readonly requests: Readonly<Record<string, unknown>>;
      readonly options: CallOptions & { readonly deadlineMs: number };
    }
  /** The asker has left. Before `analyze` the call is forgotten; after it, it is still answered, soon. */
  | { readonly type: 'abort'; readonly call: number }
  | { readonly type: 'close' };

/** The end of a call. */
export type CallEnd = (
  | { readonly type: 'answer'; readonly call: number; readonly outcomes: Readonly<Record<string, OutcomeData>> }
  | { readonly type: 'fault'; readonly call: number; readonly error: ZooErrorData }
) & {
  /** If no other call is there: no sign of life follows. */
  readonly state?: ProcessState;
};

/** What a process says of itself; the one that asks knows the rest. */
export type ProcessState = Omit<ProcessRuntime, 'state' | 'crashes'>;

/**
 * Sent every second while calls are there. A model that runs, or hangs, holds the thread that would send it.
 */
export interface SignOfLife {
  readonly type: 'alive';
  /** Left out where the zoo cannot say. */
  readonly state?: ProcessState;
}

/** From the process that prefetches to the one that asks; it is told to stop by closing the channel. */
export type FromPrefetch =
  | { readonly type: 'progress'; readonly progress: ModelProgress }
  | { readonly type: 'done' }
  | { readonly type: 'unable'; readonly error: ZooErrorData };

/** Sent just before a model runs: whose run holds the thread from now on. */
export interface RunBegin {
  readonly type: 'runs';
  readonly call: number;
  /** Whether other calls of the same image may wait for this run as well. */
  readonly isShared: boolean;
  /** Whether it is the run that was told of just before: those calls run together. */
  readonly isJoined: boolean;
}

/** What a process tells once it is ready. */
export type Told = CallEnd | SignOfLife | RunBegin;

/** From the process that has the zoo to the one that asks. */
export type FromChild = (
  | {
      readonly type: 'ready';
      readonly heads: readonly HeadDescription[];
      readonly limits: DecodeLimits;
      readonly state: ProcessState;
    }
  | { readonly type: 'unable'; readonly error: ZooErrorData }
  /** In place of `ready`: the config wants what only an environment can give, so start again with it. */
  | { readonly type: 'restart'; readonly environment: Readonly<Record<string, string>> }
  /** Weights have come from the network: the start goes on. */
  | { readonly type: 'fetching' }
  | Told
) & {
  /** What happened since the last message; only if the asking process observes. */
  readonly events?: readonly ZooEvent[];
};

const FROM_CHILD: Readonly<Record<FromChild['type'], true>> = {
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

/** Whether a message is one of medzoo's: the code of a config, or a library that it imports, may send others over the same channel. */
export function isFromChild(message: unknown): message is FromChild {
  return hasType(message, FROM_CHILD);
}

/** The same of the process that prefetches. */
export function isFromPrefetch(message: unknown): message is FromPrefetch {
  return hasType(message, FROM_PREFETCH);
}

function hasType(message: unknown, types: Readonly<Record<string, true>>): boolean {
  if (typeof message !== 'object' || message === null || !('type' in message)) return false;
  return typeof message.type === 'string' && Object.hasOwn(types, message.type);
}
