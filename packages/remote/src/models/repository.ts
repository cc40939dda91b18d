import { ZooError } from '@medzoo/core/contract';
import type { ModelActions } from './model-holds.js';
import type { RemoteSettings } from '../remote-options.js';
import { ReplicaFault } from '../replicas/replica-fault.js';
import type { Replica } from '../replicas/replicas.js';

/** Loading and unloading by the model repository extension, as far as `loading` allows. */
export function createModelActions({ loading }: RemoteSettings): ModelActions {
  return {
    async ensure(replica, name) {
      if (await replica.client.isReady(name)) return false;
      if (loading === 'never') throw notReady(replica, name, "Load it there, or set loading: 'load'.");
      try {
        await replica.client.load(name);
      } catch (error) {
        if (error instanceof ReplicaFault && error.kind === 'refused') throw notReady(replica, name, error.message);
        throw error;
      }
      if (await replica.client.isReady(name)) return true;
      throw notReady(replica, name, 'It said that it loaded it.');
    },
    async unload(replica, name) {
      if (loading !== 'load-and-unload') return;
      await replica.client.unload(name).catch((error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        process.emitWarning(`The model "${name}" could not be unloaded. ${why}`, 'MedzooWarning');
      });
    },
  };
}

function notReady(replica: Replica, name: string, more: string): ZooError {
  return new ZooError(
    'BACKEND_UNAVAILABLE',
    `The inference server at ${replica.url} has no model "${name}" ready. ${more}`,
    { details: { model: name, server: replica.url } },
  );
}
