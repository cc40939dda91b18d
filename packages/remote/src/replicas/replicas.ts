import { describeUrl, LONGEST_RETRY_MS } from '@medzoo/core/backend';
import { isGrpc, type RemoteSettings } from '../remote-options.js';
import type { ReplicaFault } from './replica-fault.js';
import { createGrpcClient } from '../grpc/grpc-client.js';
import { createHttpClient } from '../http/http-client.js';
import type { InferenceClient } from '../inference-client.js';

const FIRST_OUT_MS = 1_000;
const LONGEST_OUT_MS = 30_000;

/** One of the servers. */
export interface Replica {
  readonly url: string;
  readonly client: InferenceClient;
  /** Grows when the connection fails: what was known of its models may no longer hold. */
  readonly epoch: number;
  /** By `performance.now()`: until then it asked not to be asked. */
  readonly busyUntil: number;
  /** By `performance.now()`: until then the others are asked; never before `busyUntil`. */
  readonly outUntil: number;
  /** Requests that have not ended. */
  readonly underWay: number;
  /** It did not answer: it is left out, twice as long each time until it does. */
  leaveOut(fault: ReplicaFault): void;
  /** Runs `work`, which counts as one request under way. */
  use<T>(work: () => Promise<T>): Promise<T>;
}

/** The servers. */
export interface Replicas {
  readonly all: readonly Replica[];
  /** The one with the least under way, in turn among equals, of those that are up; else the one that is soonest. */
  choose(candidates: readonly Replica[]): Replica;
}

/** Whether it is not left out at the moment. */
export function isUp({ outUntil }: Replica): boolean {
  return outUntil <= performance.now();
}

export function createReplicas(settings: RemoteSettings): Replicas {
  const all = settings.urls.map((url) => createReplica(url, settings));
  let turn = 0;

  return {
    all,
    choose(candidates) {
      turn = (turn + 1) % all.length;
      const inTurn = [...all.slice(turn), ...all.slice(0, turn)].filter((replica) => candidates.includes(replica));
      const up = inTurn.filter(isUp);
      if (up.length === 0) return inTurn.toSorted((a, b) => a.outUntil - b.outUntil)[0]!;
      return up.toSorted((a, b) => a.underWay - b.underWay)[0]!;
    },
  };
}

function createReplica(url: URL, settings: RemoteSettings): Replica {
  const state = { epoch: 0, busyUntil: 0, outUntil: 0, underWay: 0 };
  let failures = 0;
  return {
    url: describeUrl(url),
    client: isGrpc(url) ? createGrpcClient(url, settings) : createHttpClient(url, settings),
    get epoch() {
      return state.epoch;
    },
    get busyUntil() {
      return state.busyUntil;
    },
    get outUntil() {
      return Math.max(state.outUntil, state.busyUntil);
    },
    get underWay() {
      return state.underWay;
    },
    leaveOut({ kind, facts: { retryAfterMs } }) {
      if (kind === 'refused' || kind === 'unready') return; // it answers
      const now = performance.now();
      if (kind === 'busy') {
        if (retryAfterMs !== undefined) state.busyUntil = now + Math.min(retryAfterMs, LONGEST_RETRY_MS);
        state.outUntil = Math.max(state.outUntil, now + settings.retryAfterMs);
        return;
      }
      if (kind !== 'late') state.epoch += 1;
      if (state.outUntil > now) return; // many requests of one moment are one failure
      state.outUntil = now + Math.min(FIRST_OUT_MS * 2 ** failures, LONGEST_OUT_MS);
      failures += 1;
    },
    async use(work) {
      state.underWay += 1;
      try {
        const value = await work();
        failures = 0;
        state.outUntil = 0;
        return value;
      } finally {
        state.underWay -= 1;
      }
    },
  };
}
