import { createHash } from 'node:crypto';
import type { Head } from '@medzoo/core/contract';

export interface ReportAbout {
  readonly name: string;
  /** How it is measured. Where its images lie is not part of that. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly head: Head;
  /** The bytes of the set's index.csv. */
  readonly index: Uint8Array | string;
}

/**
 * A digest of all that a report depends on: which rows there are and what is true of them, how it is asked, the weights
 * and the thresholds. The images themselves are taken not to change without their index.
 */
export function keyOfReport({ name, options, head, index }: ReportAbout): string {
  const { trained, encoder } = head;
  const { presenceThresholds, thresholds, calibration, model, labels, variants = [] } = trained;
  const about = { ...options, data: undefined, own: undefined };
  const models = [
    ...[trained.domains, presenceThresholds, thresholds, calibration, model.sha256, labels],
    ...[encoder.trained.domain, encoder.trained.furtherDomains, encoder.trained.model.sha256],
    // What a CPU runs may be one of them.
    ...variants.map(({ sha256 }) => sha256),
  ];
  const set = createHash('sha256').update(index).digest('hex');
  return createHash('sha256')
    .update(JSON.stringify([name, about, models, set]))
    .digest('hex');
}
