import type { Provenance } from '@medzoo/core';
import type { Report } from './report.type.js';

/** Which files gave the numbers. */
export type ReportedModels = Pick<Report, 'digests' | 'models' | 'precisions'>;

/**
 * That of the first image whose head ran, for an image that is refused before that names the head's reference file,
 * whichever ran for the others. Takes at least one.
 */
export function provenanceOfAll(scores: readonly { readonly provenance: Provenance }[]): Provenance {
  return (scores.find(({ provenance }) => provenance.provider !== null) ?? scores[0]!).provenance;
}

export function describeModels({ head, encoder, headPrecision, encoderPrecision }: Provenance): ReportedModels {
  return {
    digests: { head: head.sha256, encoder: encoder.sha256 },
    models: { head, encoder },
    precisions: { head: headPrecision, encoder: encoderPrecision },
  };
}
