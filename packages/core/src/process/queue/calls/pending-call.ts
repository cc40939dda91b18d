import type { Rank } from '../../../flow/fair-queue.js';
import { imageKey } from '../../../image/source/image-source.js';
import type { CallOptions, OutcomeData } from '../../channel/messages.js';
import { NEW_CALL, nextCallState, type CallEvent, type CallState } from './call-life.js';

export interface Call {
  readonly bytes: Uint8Array;
  /** SHA-256 of `bytes`, where the caller knows it: then it is not computed. */
  readonly sha256?: string | undefined;
  readonly requests: Readonly<Record<string, unknown>>;
  readonly options: CallOptions;
  readonly rank: Rank;
  /** By `performance.now()`. */
  readonly deadlineAt: number;
}

export type CallAnswer = Readonly<Record<string, OutcomeData>>;

/** A call that has entered the queue. */
export interface PendingCall extends Call {
  readonly id: number;
  /** SHA-256 of `bytes`, in hexadecimal. Empty until it is known. */
  readonly digest: string;
  /** The digest, and of the view where that is not the default. Empty until it is known. */
  readonly imageKey: string;
  readonly heads: readonly string[];
  /** When it entered the queue, by `performance.now()`. */
  readonly queuedAt: number;
  readonly state: CallState;
  /** What the caller waits for. */
  readonly answer: Promise<CallAnswer>;
  /** Changes the state; nothing else does. */
  apply(event: CallEvent): void;
  /** To be called once. */
  identify(digest: string): void;
  resolve(answer: CallAnswer): void;
  reject(error: Error): void;
}

export function createPendingCall(call: Call, id: number): PendingCall {
  const { promise, resolve, reject } = withResolvers<CallAnswer>();
  let state = NEW_CALL;
  let digest = '';
  let key = '';
  return {
    ...call,
    id,
    heads: Object.keys(call.requests),
    queuedAt: performance.now(),
    answer: promise,
    get state() {
      return state;
    },
    get digest() {
      return digest;
    },
    get imageKey() {
      return key;
    },
    apply: (event) => void (state = nextCallState(state, event)),
    identify(sha256) {
      digest = sha256;
      key = imageKey(sha256, call.options.view);
    },
    resolve,
    reject,
  };
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((...settle) => ([resolve, reject] = settle));
  return { promise, resolve, reject };
}
