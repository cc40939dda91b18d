import { createSerialQueue, type SerialQueue } from '@medzoo/core/backend';
import type { Replica } from '../replicas/replicas.js';

/** How a model is brought onto a server and taken away again; `ensure` says whether it had to be loaded. */
export interface ModelActions {
  ensure(replica: Replica, name: string): Promise<boolean>;
  unload(replica: Replica, name: string): Promise<void>;
}

/**
 * Who needs which model on which server: one that was loaded here is unloaded when nobody does any more, and one that
 * was there before is left. Loading and unloading of one model on one server follow one another.
 */
export interface ModelHolds {
  /** Resolves when the model is ready; `holder` then needs it until it lets go, whether this resolved or not. */
  hold(holder: object, replica: Replica, name: string): Promise<void>;
  /** Of everything that `holder` needed. */
  letGo(holder: object): Promise<void>;
}

interface Held {
  readonly replica: Replica;
  readonly name: string;
  readonly holders: Set<object>;
  readonly queue: SerialQueue;
  isOurs: boolean;
}

export function createModelHolds(actions: ModelActions): ModelHolds {
  const models = new Map<string, Held>();

  function find(replica: Replica, name: string): Held {
    const key = `${replica.url} ${name}`;
    const held = models.get(key) ?? { replica, name, holders: new Set(), queue: createSerialQueue(), isOurs: false };
    models.set(key, held);
    return held;
  }

  async function drop(held: Held, holder: object): Promise<void> {
    if (!held.holders.delete(holder)) return;
    await held.queue(async () => {
      if (held.holders.size > 0 || !held.isOurs) return;
      held.isOurs = false;
      await actions.unload(held.replica, held.name);
    });
  }

  return {
    hold(holder, replica, name) {
      const held = find(replica, name);
      held.holders.add(holder);
      return held.queue(async () => {
        if (await actions.ensure(replica, name)) held.isOurs = true;
      });
    },
    async letGo(holder) {
      await Promise.all([...models.values()].map((held) => drop(held, holder)));
    },
  };
}
