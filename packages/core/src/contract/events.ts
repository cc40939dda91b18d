import type { ErrorCode } from './errors/errors.js';
import type { Priority } from './options/analyze-options.js';

/**
 * How a piece of work ended: well, because nobody wanted it any more, or with a fault; OTHER for one that has no code.
 */
export type EventOutcome = 'ok' | 'ABORTED' | 'OTHER' | ErrorCode;

/** When a piece of work began, in milliseconds since 1970, and how long it took. */
export interface Lasting {
  readonly startedAt: number;
  readonly ms: number;
}

/** What `AnalyzeOptions.trace` said of the call that this is part of. */
interface OfCall {
  readonly trace?: string;
}

/**
 * What a zoo tells its observer, for metrics and traces. Nothing in it follows from an image's content, name or digest;
 * ids and providers are those of the config, so that their number is bounded.
 */
export type ZooEvent =
  /** A call has ended, as its asker sees it. Told by `connectZoo` only, as are `wait`, `start` and `exit`. */
  | (OfCall & Lasting & { readonly type: 'call'; readonly priority: Priority; readonly outcome: EventOutcome })
  /** A call has left the line: a process has it from now on. */
  | (OfCall & Lasting & { readonly type: 'wait'; readonly priority: Priority })
  /** A process has become ready; the time is that of its start. */
  | (Lasting & { readonly type: 'start' })
  /**
   * A process has ended: of itself, because one run took too long, because it gave no heartbeat, because what it was at
   * had been cancelled, or because models that it had closed did not give their memory back; the last with nothing
   * under way, and another in its place.
   */
  | { readonly type: 'exit'; readonly cause: 'crashed' | 'stalled' | 'frozen' | 'cancelled' | 'recycled' }
  /** The zoo itself has ended a call: where there is a child process, this is the child's share. */
  | (OfCall & Lasting & { readonly type: 'analysis'; readonly heads: number; readonly outcome: EventOutcome })
  /**
   * An image's embedding was at hand, came of a run that another call had begun, from the store that zoos share, or
   * took a run.
   */
  | (OfCall & { readonly type: 'embedding'; readonly encoder: string; readonly source: EmbeddingSource })
  /** A head's answer was at hand, or took a run. */
  | (OfCall & { readonly type: 'answer'; readonly head: string; readonly source: 'cache' | 'run' })
  /** An embedding was dropped to make room for another. */
  | { readonly type: 'eviction'; readonly bytes: number }
  /** A model was loaded, or could not be. */
  | (Lasting & {
      readonly type: 'open';
      readonly model: string;
      readonly provider?: string;
      readonly outcome: EventOutcome;
    })
  /** A model was closed to make room for others within the memory budget; `bytes` is what it was taken to use. */
  | (Lasting & { readonly type: 'close'; readonly model: string; readonly provider: string; readonly bytes: number })
  /**
   * A model has run for this call: it waited for `waitMs` and then took `ms`. The runs of one batch are reported one by
   * one.
   */
  | (OfCall & Lasting & ModelRun);

export type EmbeddingSource = 'cache' | 'shared' | 'store' | 'run';

interface ModelRun {
  readonly type: 'run';
  readonly role: 'encoder' | 'head';
  /** Of the encoder or the head. */
  readonly model: string;
  readonly provider: string;
  /** The leading length of its feeds, those of other calls that ran with it included. */
  readonly batch: number;
  /** Which of the calls that ran together this is, from 0: whoever counts runs counts the first ones. */
  readonly batchIndex: number;
  readonly waitMs: number;
  readonly outcome: EventOutcome;
}

/**
 * Hears what a zoo does, at once and in order; it should return soon. What it throws, or rejects with, is reported as a
 * warning and harms nobody.
 */
export type ZooObserver = (event: ZooEvent) => void;
