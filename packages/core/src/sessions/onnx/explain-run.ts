import { ZooError } from '../../contract/index.js';
import { describeThrown } from '../../contract/text/describe-thrown.js';

const TESTS = 'https://github.com/medzoo/medzoo/blob/main/docs/own-program.md#tests';

/**
 * Returns what a run is to fail with: `cause` itself, unless onnxruntime refuses its own outputs. It compares them with
 * the `Float32Array` that it found when it was loaded, and test runners put another one in the place of Node's.
 */
export function explainRun(cause: unknown): unknown {
  if (!describeThrown(cause).includes(" tensor's data must be type of ")) return cause;
  return new ZooError(
    'INFERENCE_FAILED',
    'onnxruntime cannot run here: the Float32Array of this program is not that of Node, as in tests under Jest, ' +
      `jsdom or vmThreads of Vitest. Use connectZoo there, or see ${TESTS}.`,
    { cause },
  );
}
