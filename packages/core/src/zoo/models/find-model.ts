import { takesPrompts, type Head } from '../../contract/index.js';
import type { BatchedModel } from '../../sessions/batching/batch-models.js';
import type { PlannedModel } from '../../sessions/batching/plan-batching.js';

/** Returns what has to be known of the encoder or head with this id before its runs form batches. */
export function findModel(heads: readonly Head[], { role, model: id }: BatchedModel): PlannedModel {
  if (role === 'encoder') {
    const { encoder } = heads.find((head) => head.encoder.id === id)!;
    return { spec: encoder.trained.model, isPrompted: false };
  }
  const { manifest, trained } = heads.find((head) => head.manifest.id === id)!;
  return { spec: trained.model, isPrompted: takesPrompts(manifest) };
}
