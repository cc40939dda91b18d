import type { Head } from '../../contract/index.js';
import type { BatchedModel } from '../../sessions/batching/batch-models.js';

/** Which head or encoder has weights of this digest; undefined for none. */
export function identifyRole(sha256: string, heads: readonly Head[]): BatchedModel | undefined {
  const head = heads.find(({ trained }) => trained.model.sha256 === sha256);
  if (head) return { role: 'head', model: head.manifest.id };
  const encoder = heads.find(({ encoder: { trained } }) => trained.model.sha256 === sha256)?.encoder;
  return encoder && { role: 'encoder', model: encoder.id };
}

/** The id of the head or the encoder whose weights have this digest. */
export function identifyModel(sha256: string, heads: readonly Head[]): string {
  return identifyRole(sha256, heads)?.model ?? 'unknown';
}
