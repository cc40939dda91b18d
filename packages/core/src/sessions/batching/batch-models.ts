import type { Batching, Session, Tensors } from '../../contract/index.js';
import { areAlike, describeItem } from './batch-tensors.js';
import type { JoinLimits, Turn } from '../scheduling/device-queue.js';

/** Knows which runs may be joined, and learns from how that went. */
export interface Joining {
  /** With which others a run may go; undefined: alone. */
  find(session: Session, feeds: Tensors, of: JoinedModel): Turn['joins'];
  /** How many runs of this model may be joined; 1: none. */
  maxBatchOf(session: Session, of: JoinedModel): number;
  /** To be told how the items of a joined run do alone; `together` is what came of it, if anything. Undefined if that is to be believed. */
  try(session: Session, count: number, together: readonly Tensors[] | undefined): Trial | undefined;
}

/** Whose session it is. */
export interface JoinedModel {
  readonly role: 'encoder' | 'head';
  readonly model: string;
}

/** Items that ran together, run again alone. */
export interface Trial {
  /** One of them has run well. Where one does not, nothing is learnt. */
  end(index: number, outputs: Tensors): void;
}

interface Learnt extends JoinLimits {
  maxBatch: number;
  /** A joined run was held against runs alone. */
  isProven: boolean;
  readonly name: string;
}

/**
 * What is planned holds until a run shows otherwise. The first joined run of a model is repeated item by item, and the numbers compared: a
 * model whose items know of one another would answer about one patient with another's image in mind. One that fails, and whose
 * items then run well alone, was too large.
 */
export function createJoining(plan: (session: Session, of: JoinedModel) => Batching | undefined): Joining {
  const known = new WeakMap<Session, Learnt>();

  function learntOf(session: Session, of: JoinedModel): Learnt {
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
    const rest = model.maxBatch > 1 ? `at most ${model.maxBatch} are from now on` : 'none are from now on';
    warn(`${alone.length} runs of "${name}" failed when they were joined, and none failed alone: ${rest}.`);
  } else if (areAlike(together, alone)) model.isProven = true;
  else {
    model.maxBatch = 1;
    warn(`Runs of "${name}" are not joined: its answers are others when items run together than when each runs alone.`);
  }
}

function warn(message: string): void {
  process.emitWarning(message, 'MedzooWarning');
}
