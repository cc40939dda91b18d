import type { KillCause, WorkerExit } from '../../channel/fork-worker.js';

/**
 * Which faults put an image in quarantine: the one home of the set, of its words and of its rules.
 *
 * To add a fault of a call that ends its worker, add the cause to `KillCause`. To add one that holds a worker without
 * ending it, add its name to `HoldFault`. Neither compiles until the fault has its rule in `FAULT_RULES`, and a held
 * worker's fault also what finds it, in `hanging/hang-detection.ts`.
 */
export type QuarantineFault = ExitFault | HoldFault;

/** What a call does whose worker ends: of itself, or killed for one of these causes. */
export type ExitFault = 'crashed' | Exclude<KillCause, InnocentCause>;

/** What a call does whose worker goes on, or is killed for the sake of the others only. */
export type HoldFault = 'overdue';

/** A worker that was ended for one of these causes says nothing of the calls that it had. */
const INNOCENT_CAUSES = ['cancelled', 'closed', 'recycled'] as const satisfies readonly KillCause[];
type InnocentCause = (typeof INNOCENT_CAUSES)[number];

/** A call that was interrupted more often than this is no longer interrupted for the sake of another. */
export const MOST_INTERRUPTIONS = 3;

/** How many workers of a call have to end before its image is blocked. It has the last of them to itself. */
export const WORKERS_FOR_PROOF = 2;

/**
 * When the image is blocked. `same call`: the call goes on in another worker, alone, and the image is blocked if that
 * one ends as well (`WORKERS_FOR_PROOF`). `next call`: the call has its answer or its end; the next call with the image
 * runs alone, and the image is blocked if that one does the same.
 */
export type Proof = 'same call' | 'next call';

interface FaultRule {
  /** What the image did, in the words of IMAGE_QUARANTINED. */
  readonly did: string;
  readonly proof: Proof;
  /** A call that was interrupted less often than this may be innocent, and is not charged with the fault. */
  readonly pardons: number;
}

const EXIT_FAULT: FaultRule = { did: "ended the zoo's process", proof: 'same call', pardons: 0 };

export const FAULT_RULES: Readonly<Record<QuarantineFault, FaultRule>> = {
  /** The process ended of itself. */
  crashed: EXIT_FAULT,
  /** One run took too long. */
  stalled: EXIT_FAULT,
  /** The heartbeat stayed away. That may be the machine's fault, unless the call freezes one worker after another. */
  frozen: { ...EXIT_FAULT, pardons: MOST_INTERRUPTIONS },
  /** The call's own run went on beyond the call's deadline. */
  overdue: { did: 'held it beyond its deadline', proof: 'next call', pardons: 0 },
};

/** The fault of a call whose worker has ended; undefined for a call that is innocent of it. */
export function findExitFault(exit: Pick<WorkerExit, 'cause'>, interruptions: number): ExitFault | undefined {
  const cause = exit.cause ?? 'crashed';
  if (isInnocent(cause)) return undefined;
  return interruptions < FAULT_RULES[cause].pardons ? undefined : cause;
}

function isInnocent(cause: ExitFault | InnocentCause): cause is InnocentCause {
  return INNOCENT_CAUSES.some((innocent) => innocent === cause);
}

/** All that an image in quarantine may have done: `ended the zoo's process, or held it beyond its deadline`. */
export function describeFaults(): string {
  return [...new Set(Object.values(FAULT_RULES).map(({ did }) => did))].join(', or ');
}
