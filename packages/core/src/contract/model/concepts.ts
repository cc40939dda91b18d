import { z } from 'zod';
import { strictObject } from './schema/strict-object.js';

/** PS3.5, 6.2 (SH and LO): DICOM separates values by backslashes. */
const codeText = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^\\\p{Cc}]*$/u, 'expected no backslash and no control character');

const codedConcept = strictObject({
  /** Such as '68496003'. */
  value: codeText(64),
  /** 'SCT' for SNOMED CT, 'DCM' for DICOM's own terms. */
  scheme: codeText(16),
  /** In words. */
  meaning: codeText(64),
});

/** A code of a terminology, as DICOM writes it: CodeValue, CodingSchemeDesignator and CodeMeaning. */
export type CodedConcept = z.infer<typeof codedConcept>;

const codes = z.array(codedConcept).min(1).readonly();

export const labelConcept = strictObject({
  /** SegmentedPropertyCategory, such as 'Morphologically Abnormal Structure' (context group 7150). */
  category: codedConcept,
  /** SegmentedPropertyType or finding, such as 'Polyp of colon'. */
  type: codedConcept,
  typeModifiers: codes.exactOptional(),
  /** Where in the body, if the type does not say it. */
  anatomy: codedConcept.exactOptional(),
  /** Such as a side. */
  anatomyModifiers: codes.exactOptional(),
});

/** What a label of a model means, in codes that any hospital's software can look up. */
export type LabelConcept = z.infer<typeof labelConcept>;
