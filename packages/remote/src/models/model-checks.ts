import type { ModelSpec } from '@medzoo/core/contract';
import { checkRemoteModel, type CheckedModel } from './check-remote-model.js';
import type { ModelHolds } from './model-holds.js';
import type { RemoteSettings } from '../remote-options.js';
import type { Replica } from '../replicas/replicas.js';

/**
 * What is known of one model on each server: it is checked there before it runs, and again after the connection failed.
 */
export interface ModelChecks {
  /** Loads the model there if need be, and checks it, unless that was done. */
  check(replica: Replica): Promise<CheckedModel>;
  isChecked(replica: Replica): boolean;
  /** Whether a check is done or under way. */
  isKnown(replica: Replica): boolean;
  /** What was known of it there no longer holds. */
  forget(replica: Replica): void;
  /** Nobody needs the model any more. */
  letGo(): Promise<void>;
}

interface Check {
  readonly epoch: number;
  readonly model: Promise<CheckedModel>;
  isDone: boolean;
}

export function createModelChecks(
  name: string,
  spec: ModelSpec,
  holds: ModelHolds,
  settings: RemoteSettings,
): ModelChecks {
  const holder = {};
  const checks = new Map<Replica, Check>();

  function find(replica: Replica): Check | undefined {
    const check = checks.get(replica);
    return check?.epoch === replica.epoch ? check : undefined;
  }

  return {
    check(replica) {
      const known = find(replica);
      if (known) return known.model;
      const model = holds.hold(holder, replica, name).then(() => checkRemoteModel(replica, name, spec, settings));
      const check: Check = { epoch: replica.epoch, model, isDone: false };
      checks.set(replica, check);
      model.then(
        () => (check.isDone = true),
        () => checks.get(replica) === check && checks.delete(replica),
      );
      return model;
    },
    isChecked: (replica) => find(replica)?.isDone ?? false,
    isKnown: (replica) => find(replica) !== undefined,
    forget: (replica) => void checks.delete(replica),
    letGo: () => holds.letGo(holder),
  };
}
