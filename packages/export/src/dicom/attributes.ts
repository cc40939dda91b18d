import type { CodedConcept } from '../concepts/concept.js';

/**
 * A data set by the standard's keywords: texts and numbers, bytes for pixels, data sets for the items of a sequence.
 * What is undefined is left out; '' and [] are written empty.
 */
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

export type AttributeValue = string | number | Uint8Array | readonly (string | number)[] | Items;

/** An interface, since an alias could not refer to itself by way of `Attributes`. */
interface Items extends ReadonlyArray<Attributes> {
  readonly length: number;
}

/** A coded concept as the one item of a code sequence. */
export function codeSequence({ value, scheme, meaning }: CodedConcept): [Attributes] {
  return [codeItem({ value, scheme, meaning })];
}

/** PS3.3, 8.8: a code of more than 16 characters has an attribute of its own. */
export function codeItem({ value, scheme, meaning }: CodedConcept): Attributes {
  return {
    ...(value.length > 16 ? { LongCodeValue: value } : { CodeValue: value }),
    CodingSchemeDesignator: scheme,
    CodeMeaning: meaning,
  };
}
