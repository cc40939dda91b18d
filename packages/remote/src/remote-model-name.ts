import type { ModelSpec } from '@medzoo/core/contract';

/**
 * What a model is called on a server if nothing else is said: `medzoo-` and the first 16 digits of its file's SHA-256.
 * Two versions of a model then stand side by side while gateways are brought up to date, and none is taken for the
 * other.
 */
export function remoteModelName({ sha256 }: Pick<ModelSpec, 'sha256'>): string {
  return `medzoo-${sha256.slice(0, 16)}`;
}
