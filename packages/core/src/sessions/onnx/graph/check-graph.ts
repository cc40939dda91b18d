import { ZooError, type ModelSpec } from '../../../contract/index.js';
import { findProbabilitiesFault } from '../../../model/head/find-probabilities-fault.js';
import { describeGraph } from './describe-onnx.js';

/**
 * What can be seen in a verified model file without running it, and what ONNX Runtime does not mind, or says in words
 * that help nobody. Throws MODEL_MISMATCH, which says what to do.
 */
export function checkGraph({ sha256, data }: ModelSpec, model: Uint8Array): void {
  const graph = describeGraph(model);
  if (!graph) return; // ONNX Runtime says what is wrong with it
  if (graph.externalData !== undefined && data === undefined) {
    throw new ZooError(
      'MODEL_MISMATCH',
      `The model's weights lie in a second file (ONNX external data), and its model file does not name that: ` +
        'expected `model.data` with its url, sha256 and bytes. Name it there; or, for weights of less than 2 GB, export the ' +
        'model as one file: onnx.save(onnx.load("head.onnx"), "head.onnx"), after which the digest is another.',
      { details: { sha256 } },
    );
  }
  const fault = findProbabilitiesFault(graph.madeBy);
  if (fault) throw new ZooError('MODEL_MISMATCH', `${fault.message} ${fault.fix}`, { details: { sha256 } });
}
