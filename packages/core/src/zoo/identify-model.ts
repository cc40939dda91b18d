import type { Head } from '../contract/index.js';

/** The id of the head or the encoder whose weights have this digest. */
export function identifyModel(sha256: string, heads: readonly Head[]): string {
  const head = heads.find(({ trained }) => trained.model.sha256 === sha256);
  const encoder = heads.find(({ encoder: { trained } }) => trained.model.sha256 === sha256)?.encoder;
  return head?.manifest.id ?? encoder?.id ?? 'unknown';
}
