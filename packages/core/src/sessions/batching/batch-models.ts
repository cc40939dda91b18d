import type { Batching, Session, Tensors } from '../../contract/index.js';
import { areAlike, describeItem } from './batch-tensors.js';
import type { BatchLimits, QueuedRun } from '../scheduling/device-queue.js';

/** Knows which runs may go in one batch, and learns from how batches went. */
export interface Batcher {
  /** Returns which batch a run may go in, or undefined if it has to go alone. */
  find(session: Session, feeds: Tensors, of: BatchedModel): QueuedRun['batch'];
  /** How many runs of this model may go in one batch; 1 if it has no batches. */
  maxBatchOf(session: Session, of: BatchedModel): number;
  /**
   * Returns what compares the batch with its items run alone. `together` holds the outputs of the batch, or is
   * undefined if it failed. Returns undefined if the outputs need no comparison.
   */
  try(session: Session, count: number, together: readonly Tensors[] | undefined): Trial | undefined;
}

/** The model that a session is of. */
export interface BatchedModel {
  readonly role: 'encoder' | 'head';
  readonly model: string;
}

/** Items that ran as a batch and run again, each alone. */
export interface Trial {
  /** An item has run well. If one of them does not, nothing is learnt. */
  end(index: number, outputs: Tensors): void;
}

interface Learnt extends BatchLimits {
  maxBatch: number;
  /** Whether a batch was compared with its items run alone, and was the same. */
  isProven: boolean;
  readonly name: string;
}

/**
 * The plan holds until a run shows otherwise. The first batch of a model is repeated item by item, and the outputs are
 * compared: a model whose items influence one another would answer about one patient with another's image in mind. A
 * batch that fails, and whose items then run well alone, was too large.
 */
export function createBatcher(plan: (session: Session, of: BatchedModel) => Batching | undefined): Batcher {
  const known = new WeakMap<Session, Learnt>();

  function learntOf(session: Session, of: BatchedModel): Learnt {
    const learnt = known.get(session);
    if (learnt) return learnt;
    const { maxBatch = 1, waitMs = 0 } = plan(session, of) ?? {};
    const fresh = { maxBatch, waitMs, isProven: false, name: of.model };
    known.set(session, fresh);
    return fresh;
  }

  return {
    find(session, feeds, of) {
      const model = learntOf(session, of);
      const item = model.maxBatch > 1 ? describeItem(feeds) : undefined;
      return item === undefined ? undefined : { model, item };
    },
    maxBatchOf: (session, of) => learntOf(session, of).maxBatch,
    try(session, count, together) {
      const model = known.get(session)!;
      if (together && model.isProven) return undefined;
      const alone: Tensors[] = [];
      return {
        end(index, outputs) {
          alone[index] = outputs;
          if (alone.filter(Boolean).length === count) learn(model, together, alone);
        },
      };
    },
  };
}

function learn(model: Learnt, together: readonly Tensors[] | undefined, alone: readonly Tensors[]): void {
  const { name } = model;
  if (!together) {
    model.maxBatch = Math.min(model.maxBatch, Math.floor(alone.length / 2));
    const rest =
      model.maxBatch > 1 ? `from now on a batch has at most ${model.maxBatch}` : 'from now on each runs alone';
    warn(`A batch of ${alone.length} runs of "${name}" failed, and none of them failed alone: ${rest}.`);
  } else if (areAlike(together, alone)) model.isProven = true;
  else {
    model.maxBatch = 1;
    warn(`Runs of "${name}" form no batches: its outputs differ between a batch and items that run alone.`);
  }
}

function warn(message: string): void {
  process.emitWarning(message, 'MedzooWarning');
}
