import type { Answer, HeadDescription, Provenance, Zoo } from '@medzoo/core';

/** What a head said about one row, and how. */
export interface Predicted<A extends Answer = Answer> {
  readonly answer: A;
  readonly provenance: Provenance;
}

/** Runs one head on an image; rejects with whatever kept it from answering. */
export async function predict(
  zoo: Zoo,
  { manifest }: HeadDescription,
  image: Uint8Array,
  params: Record<string, unknown> = {},
): Promise<Predicted> {
  const outcomes = await zoo.analyze(image, { [manifest.id]: params as Record<string, never> });
  const outcome = outcomes[manifest.id]!;
  if (!outcome.ok) throw outcome.error;
  return { answer: outcome.value, provenance: outcome.provenance };
}
