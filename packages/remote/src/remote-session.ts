import { ZooError, type ModelSpec, type Session, type Tensors } from '@medzoo/core/contract';
import { checkFinite, checkTensorValues, untilAborted } from '@medzoo/core/backend';
import { askReplicas } from './replicas/ask-replicas.js';
import type { CheckedModel } from './models/check-remote-model.js';
import type { ModelChecks } from './models/model-checks.js';
import type { ModelOnReplicas } from './models/model-on-replicas.js';
import type { RemoteSettings } from './remote-options.js';
import { ReplicaFault } from './replicas/replica-fault.js';
import type { Replica } from './replicas/replicas.js';

export interface OpenRemoteModel {
  /** On the servers. */
  readonly name: string;
  readonly spec: ModelSpec;
  /** As a server calls itself, such as 'triton'. */
  readonly server: string;
}

/**
 * A model on servers. Runs go side by side: the servers queue. Feeds and outputs are held against the declaration, as
 * every session does; a `close` waits for the runs under way.
 */
export function createRemoteSession(
  { name, spec, server }: OpenRemoteModel,
  checks: ModelChecks,
  { pick }: Pick<ModelOnReplicas, 'pick'>,
  settings: RemoteSettings,
): Session {
  const runs = new Set<Promise<Tensors>>();
  let closed: Promise<void> | undefined;

  async function infer(replica: Replica, feeds: Tensors, { encoding }: CheckedModel, signal?: AbortSignal) {
    try {
      return await replica.client.infer(name, feeds, spec.outputs, { encoding, signal });
    } catch (error) {
      const isRefused = error instanceof ReplicaFault && [400, 404].includes(error.facts.status ?? 0);
      if (!isRefused || (await replica.client.isReady(name))) throw error;
      checks.forget(replica); // it was unloaded meanwhile, by somebody else
      throw new ReplicaFault('unready', error.message, error.facts);
    }
  }

  async function run(feeds: Tensors, signal?: AbortSignal): Promise<Tensors> {
    const outputs = await askReplicas(
      pick,
      async (replica) => infer(replica, feeds, await untilAborted(checks.check(replica), signal), signal),
      settings,
      signal,
    );
    checkTensorValues('output', spec.outputs, outputs);
    checkFinite(outputs);
    return outputs;
  }

  async function close(): Promise<void> {
    await Promise.allSettled(runs);
    await checks.letGo();
  }

  return {
    provider: `remote:${server}`,
    async run(feeds, signal) {
      if (closed) throw new ZooError('BACKEND_UNAVAILABLE', 'The session is closed; open the model again.');
      signal?.throwIfAborted();
      checkTensorValues('input', spec.inputs, feeds);
      const outputs = run(feeds, signal);
      runs.add(outputs);
      return outputs.finally(() => runs.delete(outputs));
    },
    close: () => (closed ??= close()),
  };
}
