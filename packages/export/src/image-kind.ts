import { countOf, type Domain, type ImageMask } from '@medzoo/core/contract';
import type { Answered } from './answered.js';

/** What a file says of an image's kind beside an answer; null where the head cannot say. */
export interface ImageKind {
  /** Whether the image is of the kind that the answer was learnt on. */
  readonly inDomain: boolean | null;
  /** What the image is most like. */
  readonly nearest: string | null;
}

export function imageKindOf(domain: Domain | undefined): ImageKind {
  return { inDomain: domain?.inDomain ?? null, nearest: domain?.nearest ?? null };
}

/** As `ImageKind`, of a mask, which is also empty where nobody looked. */
export interface MaskKind extends ImageKind {
  readonly absentBecause: NonNullable<ImageMask['absentBecause']> | null;
}

export function maskKindOf({ domain, absentBecause }: Pick<ImageMask, 'domain' | 'absentBecause'>): MaskKind {
  return { absentBecause: absentBecause ?? null, ...imageKindOf(domain) };
}

/** For a person, of an answer about an image of another kind; undefined at home, and where the head cannot say. */
export function sayUnsure(domain: Domain | undefined): string | undefined {
  if (domain?.inDomain !== false) return undefined;
  return `Unsure: the image is not of the kind that this was trained on. Nearest: ${domain.nearest}.`;
}

/** For a person, of an empty mask that is empty because of the image's kind; undefined for any other. */
export function sayNotAnswered({
  domain,
  absentBecause,
}: Pick<ImageMask, 'domain' | 'absentBecause'>): string | undefined {
  if (absentBecause !== 'domain') return undefined;
  const nearest = domain ? ` Nearest: ${domain.nearest}.` : '';
  return `Not answered: the image is not of the kind that this target was trained on.${nearest}`;
}

/**
 * Of one label over all images of a file: on how many it was not answered, or is unsure, and what the answers warn of.
 * Undefined for none.
 */
export function sayKindsOver(stack: readonly { readonly answered: Answered }[], label: string): string | undefined {
  const masks = stack.flatMap(({ answered }) => answered.value.masks.filter((mask) => mask.label === label));
  const refused = masks.filter(({ absentBecause }) => absentBecause === 'domain');
  const unsure = masks.filter(({ absentBecause, domain }) => absentBecause !== 'domain' && domain?.inDomain === false);
  const sentences = [
    ...(refused.length > 0 ? [`Not answered on ${refused.length} of ${countOf(stack.length, 'image')}`] : []),
    ...(unsure.length > 0 ? [`Unsure on ${unsure.length} of ${countOf(stack.length, 'image')}`] : []),
  ];
  const warnings = new Set(stack.flatMap(({ answered }) => answered.provenance.warnings ?? []));
  const kinds = sentences.map((sentence) => `${sentence}: not of the kind that this target was trained on.`);
  return [...kinds, ...warnings].join(' ') || undefined;
}
