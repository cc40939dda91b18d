import { takesPrompts, type Head } from '../../contract/index.js';
import type { JoinedModel } from '../../sessions/batching/batch-models.js';
import type { PlannedModel } from '../../sessions/batching/plan-batching.js';

/** What is to be known of the encoder or head with this id before its runs are joined. */
export function findModel(heads: readonly Head[], { role, model: id }: JoinedModel): PlannedModel {
  if (role === 'encoder') {
    const { encoder } = heads.find((head) => head.encoder.id === id)!;
    return { spec: encoder.trained.model, isPrompted: false };
  }
  const { manifest, trained } = heads.find((head) => head.manifest.id === id)!;
  return { spec: trained.model, isPrompted: takesPrompts(manifest) };
}
