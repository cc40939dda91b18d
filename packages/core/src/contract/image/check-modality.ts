import type { HeadManifest } from '../head/head-manifest.js';

/** Codes of DICOM for what looks alike to a model: projections on film, plates and detectors; microscopes. */
const ALIKE = [
  ['CR', 'DX', 'RG'],
  ['SM', 'GM'],
] as const satisfies readonly (readonly string[])[];

/** These say how a file came to be, or nothing at all: no word on what it shows. */
const SAY_NOTHING: ReadonlySet<string> = new Set(['OT', 'SC', 'DOC']);

/**
 * What a reader of a head's answer should know where the file is of another modality than the head was trained on;
 * undefined where they agree, where the file does not say its modality, and for a head of any modality.
 */
export function describeModalityMismatch(
  { id, modalities }: Pick<HeadManifest, 'id' | 'modalities'>,
  modality: string | null,
): string | undefined {
  if (modality === null || SAY_NOTHING.has(modality) || modalities.length === 0) return undefined;
  const alike = ALIKE.find((codes) => codes.some((code) => code === modality)) ?? [modality];
  if (alike.some((code) => modalities.includes(code))) return undefined;
  return (
    `The file is of modality ${modality}, and the head "${id}" was trained on ${modalities.join(', ')}: its ` +
    'answer may mean nothing.'
  );
}
