import { setImmediate } from 'node:timers/promises';
import { isZooError, ZooError, type ModelSpec, type Session, type Tensors } from '../../contract/index.js';
import { checkFinite, checkTensorValues } from '../../model/check-tensor-values.js';
import { untilAborted } from '../../flow/abort.js';
import { createSerialQueue } from '../../flow/serial-queue.js';
import { describeThrown } from '../../contract/text/describe-thrown.js';

/** What a runtime itself has to do for one loaded model. */
export interface Runner {
  readonly provider: string;
  readonly memoryBytes?: number | undefined;
  run(feeds: Tensors): Promise<Tensors>;
  release(): Promise<void>;
}

/**
 * Adds to a runtime what every session owes its caller, so that all backends keep it: feeds and outputs as declared,
 * finite numbers, one run at a time, no run for an asker who has gone, errors with a code, and a `close` that waits and
 * may be called again.
 */
export function createSession(spec: Pick<ModelSpec, 'inputs' | 'outputs'>, runner: Runner): Session {
  const queue = createSerialQueue();
  let closed: Promise<void> | undefined;

  async function runNow(feeds: Tensors): Promise<Tensors> {
    const outputs = await runner.run(feeds).catch((cause: unknown) => {
      throw isZooError(cause) ? cause : failedOn(runner.provider, cause);
    });
    checkTensorValues('output', spec.outputs, outputs);
    checkFinite(outputs);
    return outputs;
  }

  return {
    provider: runner.provider,
    get memoryBytes() {
      return runner.memoryBytes;
    },
    async run(feeds, signal) {
      if (closed) throw new ZooError('BACKEND_UNAVAILABLE', 'The session is closed; open the model again.');
      checkTensorValues('input', spec.inputs, feeds);
      const run = queue(async () => {
        await setImmediate(); // a run may block this thread: aborts, deadlines and messages come first
        signal?.throwIfAborted();
        return runNow(feeds);
      });
      return untilAborted(run, signal);
    },
    close: () => (closed ??= queue(() => runner.release())),
  };
}

function failedOn(provider: string, cause: unknown): ZooError {
  const why = describeThrown(cause);
  return new ZooError('INFERENCE_FAILED', `The model could not be run on ${provider}: ${why}`, {
    details: { provider },
    cause,
  });
}
