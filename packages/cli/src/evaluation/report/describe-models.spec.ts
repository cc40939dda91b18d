import type { Provenance } from '@medzoo/core';
import { describe, expect, it } from 'vitest';
import { describeModels, provenanceOfFirstRun } from './describe-models.js';

const encoder = { id: 'e', version: '1.0.0', sha256: 'e'.repeat(64) };
const head = (sha256: string) => ({ id: 'h', version: '1.0.0', sha256: sha256.repeat(64) });
const said = (provider: string | null, sha256: string, headPrecision: string): { provenance: Provenance } => ({
  provenance: { provider, head: head(sha256), headPrecision, encoder, encoderPrecision: 'int8-static' } as Provenance,
});

describe('the files that a report names', () => {
  const refused = said(null, 'a', 'reference');
  const answered = said('cpu', 'b', 'int8-static');

  it('are those that ran, though the first image was refused before its head ran', () => {
    expect(describeModels(provenanceOfFirstRun([refused, answered, refused]))).toEqual({
      digests: { head: 'b'.repeat(64), encoder: encoder.sha256 },
      models: { head: head('b'), encoder },
      precisions: { head: 'int8-static', encoder: 'int8-static' },
    });
  });

  it('are those that are named where every image was refused', () => {
    expect(provenanceOfFirstRun([refused, refused])).toBe(refused.provenance);
  });
});
