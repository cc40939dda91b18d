import { ZooError } from '@medzoo/core/contract';

/** A code of a terminology, as DICOM writes it: CodeValue, CodingSchemeDesignator and CodeMeaning. */
export interface CodedConcept {
  /** Such as '68496003'. */
  readonly value: string;
  /** 'SCT' for SNOMED CT, 'DCM' for DICOM's own terms. */
  readonly scheme: string;
  /** In words, at most 64 characters. */
  readonly meaning: string;
}

/**
 * What a label of a model means, in codes that any hospital's software can look up: the key `concepts` of model.json.
 */
export interface LabelConcept {
  /** SegmentedPropertyCategory, such as 'Morphologically Abnormal Structure' (context group 7150). */
  readonly category: CodedConcept;
  /** SegmentedPropertyType or finding, such as 'Polyp of colon'. */
  readonly type: CodedConcept;
  readonly typeModifiers?: readonly CodedConcept[];
  /** Where in the body, if the type does not say it. */
  readonly anatomy?: CodedConcept;
  /** Such as a side. */
  readonly anatomyModifiers?: readonly CodedConcept[];
}

/** By label. */
export type LabelConcepts = Readonly<Record<string, LabelConcept | undefined>>;

/** PS3.5, 6.2: SH and LO. */
const LONGEST = { value: 64, scheme: 16, meaning: 64 } as const;

/** The labels that have no concept, each once, in their order: without one a DICOM segmentation cannot be written. */
export function findLabelsWithoutConcept(labels: readonly string[], concepts: LabelConcepts = {}): string[] {
  return [...new Set(labels)].filter((label) => !Object.hasOwn(concepts, label) || concepts[label] === undefined);
}

/**
 * The label's concept, checked; throws INVALID_MANIFEST, which names the label and says what to write into model.json.
 */
export function takeConcept(label: string, concepts: LabelConcepts): LabelConcept {
  const [missing] = findLabelsWithoutConcept([label], concepts);
  if (missing !== undefined) throw missingConcepts([label]);
  const concept = concepts[label]!;
  checkCode(concept.category, `concepts.${label}.category`);
  checkCode(concept.type, `concepts.${label}.type`);
  if (concept.anatomy) checkCode(concept.anatomy, `concepts.${label}.anatomy`);
  for (const key of ['typeModifiers', 'anatomyModifiers'] as const) {
    concept[key]?.forEach((code, index) => checkCode(code, `concepts.${label}.${key}[${index}]`));
  }
  return concept;
}

/** Throws INVALID_MANIFEST if one of these labels has no concept; the error names all of them. */
export function checkConcepts(labels: readonly string[], concepts: LabelConcepts): void {
  const missing = findLabelsWithoutConcept(labels, concepts);
  if (missing.length > 0) throw missingConcepts(missing);
  for (const label of labels) takeConcept(label, concepts);
}

function missingConcepts(labels: readonly string[]): ZooError {
  return new ZooError(
    'INVALID_MANIFEST',
    `DICOM needs a coded concept for each label; ${labels.join(', ')} has none. ` +
      'Add concepts.LABEL = { category, type, anatomy? } to model.json, each { value, scheme, meaning }, or pass it to this call.',
    { details: { labels } },
  );
}

function checkCode(code: unknown, path: string): void {
  const parts = (code ?? {}) as Partial<Record<keyof CodedConcept, unknown>>;
  for (const key of ['value', 'scheme', 'meaning'] as const) {
    const text = parts[key];
    if (typeof text === 'string' && text !== '' && text.length <= LONGEST[key] && !/[\\\p{Cc}]/u.test(text)) continue;
    throw new ZooError(
      'INVALID_MANIFEST',
      `${path}.${key} must be a text of 1 to ${LONGEST[key]} characters without a backslash.`,
      { details: { path: `${path}.${key}` } },
    );
  }
}
