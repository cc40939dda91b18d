import {
  describeModalityMismatch,
  describeUntrained,
  type ModelFile,
  type Provenance,
  type Timings,
} from '../../contract/index.js';
import { filesOfModel, referenceOf } from '../../contract/model/model-files.js';
import type { ImageDomains } from '../../domain/head-domains.js';
import type { HeadRun } from './run-head.js';

/** Where a head was run, and from which of its files. */
export interface RanHead {
  readonly provider: string;
  readonly file: ModelFile;
}

/** How one head's answer came to be; `ran` is undefined for a head that was not run, which is named by its model. */
export function makeProvenance(
  { head, image, startedAt }: Pick<HeadRun, 'head' | 'image' | 'startedAt'>,
  ran: RanHead | undefined,
  spent: Pick<Timings, 'head' | 'postprocess'>,
  { all: domains }: ImageDomains,
): Provenance {
  const { encoded, source } = image;
  const isCached = source !== 'run';
  const idle = { decode: 0, preprocess: 0, encode: 0 };
  const { version } = head.trained;
  const { id, trained } = head.encoder;
  const file = ran?.file ?? referenceOf(filesOfModel(head.trained));
  const warnings = describeWarnings(head, encoded.view.modality);
  return {
    head: { id: head.manifest.id, version, sha256: file.spec.sha256 },
    headPrecision: file.precision,
    encoder: { id, version: trained.version, sha256: encoded.file.spec.sha256 },
    encoderPrecision: encoded.file.precision,
    provider: ran?.provider ?? null,
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
