import { describeModalityMismatch, type HeadDescription } from '@medzoo/core';
import type { ExportFormat } from '@medzoo/export';
import type { Study } from './inputs/arrange-inputs.js';

/** Pictures of these are often made with the name of the patient in them. */
const OFTEN_NAMED: readonly string[] = ['US', 'ES', 'XC', 'SC', 'OT'];

/** What a person should know of a study before heads run on it and before it is exported, each in a sentence. */
export function warnOfStudy(
  { pictures }: Study,
  heads: readonly HeadDescription[],
  formats: readonly ExportFormat[],
): string[] {
  const facts = pictures.map(({ description }) => description.facts);
  const modalities = [...new Set(facts.map(({ modality }) => modality))];
  const mismatches = modalities.flatMap((modality) =>
    heads.flatMap(({ manifest }) => describeModalityMismatch(manifest, modality) ?? []),
  );
  const isNamed = facts.some(
    ({ modality, flags: { burnedIn } }) =>
      burnedIn === 'yes' || (burnedIn === 'unknown' && modality !== null && OFTEN_NAMED.includes(modality)),
  );
  if (!isNamed || !formats.includes('sc')) return mismatches;
  return [
    ...mismatches,
    'The pixels may show who the patient is, and the format sc shows the pixels: look before you pass it on.',
  ];
}
