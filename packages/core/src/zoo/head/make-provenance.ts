import { describeModalityMismatch, describeUntrained, type Provenance, type Timings } from '../../contract/index.js';
import type { ImageDomains } from '../../domain/head-domains.js';
import type { HeadRun } from './run-head.js';

/** How one head's answer came to be; `provider` is the one that ran the head, null if none did. */
export function makeProvenance(
  { head, image, startedAt }: Pick<HeadRun, 'head' | 'image' | 'startedAt'>,
  provider: string | null,
  spent: Pick<Timings, 'head' | 'postprocess'>,
  { all: domains }: ImageDomains,
): Provenance {
  const { encoded, source } = image;
  const isCached = source !== 'run';
  const idle = { decode: 0, preprocess: 0, encode: 0 };
  const { version, model } = head.trained;
  const { id, trained } = head.encoder;
  const warnings = describeWarnings(head, encoded.view.modality);
  return {
    head: { id: head.manifest.id, version, sha256: model.sha256 },
    encoder: { id, version: trained.version, sha256: encoded.file.spec.sha256 },
    encoderPrecision: encoded.file.precision,
    provider,
    encoderProvider: encoded.provider,
    // Copies: what a caller does to an answer must not reach the next one.
    image: { ...encoded.image },
    view: structuredClone(encoded.view),
    preprocess: structuredClone({ ...trained.preprocess, ...head.trained.preprocess }),
    cached: isCached || encoded.provider === null,
    ...(domains.length > 0 && { domains: structuredClone(domains) }),
    ...(warnings.length > 0 && { warnings }),
    timingsMs: { ...(isCached ? idle : encoded.timingsMs), ...spent, total: performance.now() - startedAt },
  };
}

function describeWarnings(head: HeadRun['head'], modality: string | null): readonly string[] {
  const warnings = [describeModalityMismatch(head.manifest, modality), describeUntrained(head)];
  return warnings.filter((warning) => warning !== undefined);
}
