import type { Backend } from '@medzoo/core/contract';
import { untilAborted } from '@medzoo/core/backend';
import { createModelChecks } from './models/model-checks.js';
import { createModelHolds } from './models/model-holds.js';
import { createModelOnReplicas } from './models/model-on-replicas.js';
import { checkRemoteOptions, type RemoteOptions } from './remote-options.js';
import { createRemoteSession } from './remote-session.js';
import { createReplicas } from './replicas/replicas.js';
import { createModelActions } from './models/repository.js';

/**
 * Runs models on servers that speak the Open Inference Protocol version 2 over HTTP or gRPC: Triton, KServe, MLServer
 * and others. Nothing is asked of them before a model opens. Throws INVALID_MANIFEST for options that are not right.
 */
export function createRemoteBackend(options: RemoteOptions): Backend {
  const settings = checkRemoteOptions(options);
  const replicas = createReplicas(settings);
  const holds = createModelHolds(createModelActions(settings));

  return {
    name: 'remote',
    hasTimeouts: true,
    async open(spec, signal) {
      signal?.throwIfAborted();
      const name = settings.modelName(spec);
      const checks = createModelChecks(name, spec, holds, settings);
      const model = createModelOnReplicas(name, checks, replicas, settings);
      const opening = model.open();
      try {
        const { server } = await untilAborted(opening, signal);
        return createRemoteSession({ name, spec, server }, checks, model, settings);
      } catch (error) {
        // A server goes on with what it was told to load: the model is let go once it is there.
        void opening.catch(() => undefined).then(() => checks.letGo());
        throw error;
      }
    },
  };
}
