import { ZooError } from '../contract/index.js';
import type { ModelActions } from './model-holds.js';
import type { RemoteSettings } from './remote-options.js';
import { ReplicaFault } from './replica-fault.js';
import type { Replica } from './replicas.js';

/** Triton answers 400, others 404; 401 and its like say something else. */
const NOT_READY = [400, 404];

/** Whether a server has a model loaded and ready. */
export async function isModelReady(replica: Replica, name: string): Promise<boolean> {
  try {
    await replica.request({ path: `/models/${encodeURIComponent(name)}/ready` });
    return true;
  } catch (error) {
    if (error instanceof ReplicaFault && NOT_READY.includes(error.facts.status ?? 0)) return false;
    throw error;
  }
}

/** Loading and unloading by the model repository extension, as far as `loading` allows. */
export function createModelActions({ loading, loadTimeoutMs }: RemoteSettings): ModelActions {
  const change = (replica: Replica, name: string, what: 'load' | 'unload') =>
    replica.request({
      path: `/repository/models/${encodeURIComponent(name)}/${what}`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
      timeoutMs: loadTimeoutMs,
    });

  return {
    async ensure(replica, name) {
      if (await isModelReady(replica, name)) return false;
      if (loading === 'never') throw notReady(replica, name, "Load it there, or set loading: 'load'.");
      try {
        await change(replica, name, 'load');
      } catch (error) {
        if (error instanceof ReplicaFault && error.kind === 'refused') throw notReady(replica, name, error.message);
        throw error;
      }
      if (await isModelReady(replica, name)) return true;
      throw notReady(replica, name, 'It said that it loaded it.');
    },
    async unload(replica, name) {
      if (loading !== 'load-and-unload') return;
      await change(replica, name, 'unload').catch((error: unknown) => {
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
