import type { Provenance } from '@medzoo/core';
import type { Report } from './report.type.js';

/** Which files gave the numbers. */
export type ReportedModels = Pick<Report, 'digests' | 'models' | 'precisions'>;

/**
 * The provenance of the first image whose head ran, or of the first image where none ran; takes at least one. An image
 * that is refused before its head runs says nothing of the file that ran for the others: it names the reference.
 */
export function provenanceOfFirstRun(scores: readonly { readonly provenance: Provenance }[]): Provenance {
  return (scores.find(({ provenance }) => provenance.provider !== null) ?? scores[0]!).provenance;
}

export function describeModels({ head, encoder, headPrecision, encoderPrecision }: Provenance): ReportedModels {
  return {
    digests: { head: head.sha256, encoder: encoder.sha256 },
    models: { head, encoder },
    precisions: { head: headPrecision, encoder: encoderPrecision },
  };
}
