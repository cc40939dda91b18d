import type { Point } from '@medzoo/core/contract';
import type { CodedConcept } from '../concepts/concept.js';
import { codeSequence, type Attributes } from '../dicom/attributes.js';
import { decimalString } from '../dicom/format-values.js';

export type Relationship = 'CONTAINS' | 'HAS CONCEPT MOD' | 'HAS OBS CONTEXT' | 'INFERRED FROM' | 'SELECTED FROM';

/** Of a measured value: more would promise what no mask of pixels can keep. */
const DIGITS = 7;

/** Items of an SR's content tree (PS3.3, C.17.3). */
export function codeItemOf(relationship: Relationship, name: CodedConcept, value: CodedConcept): Attributes {
  return { ...itemOf(relationship, 'CODE', name), ConceptCodeSequence: codeSequence(value) };
}

export function textItem(relationship: Relationship, name: CodedConcept, text: string): Attributes {
  return { ...itemOf(relationship, 'TEXT', name), TextValue: text };
}

export function uidItem(relationship: Relationship, name: CodedConcept, uid: string): Attributes {
  return { ...itemOf(relationship, 'UIDREF', name), UID: uid };
}

export function numberItem(name: CodedConcept, value: number, unit: CodedConcept): Attributes {
  return {
    ...itemOf('CONTAINS', 'NUM', name),
    MeasuredValueSequence: [
      {
        NumericValue: decimalString(Number(value.toPrecision(DIGITS))),
        MeasurementUnitsCodeSequence: codeSequence(unit),
      },
    ],
  };
}

/** A reference to an image; without a name in an image library and below a region. */
export function imageItem(relationship: Relationship, reference: Attributes, name?: CodedConcept): Attributes {
  return { ...itemOf(relationship, 'IMAGE', name), ReferencedSOPSequence: [reference] };
}

/** A closed outline in pixels of an image, 0,0 being its corner: the first point is repeated at the end. */
export function outlineItem(name: CodedConcept, ring: readonly Point[], reference: Attributes): Attributes {
  return {
    ...itemOf('CONTAINS', 'SCOORD', name),
    GraphicType: 'POLYLINE',
    GraphicData: [...ring, ring[0]!].flatMap(({ x, y }) => [x, y]),
    ContentSequence: [imageItem('SELECTED FROM', reference)],
  };
}

/** A place in pixels of an image, 0,0 being its corner. */
export function pointItem(name: CodedConcept, { x, y }: Point, reference: Attributes): Attributes {
  return {
    ...itemOf('CONTAINS', 'SCOORD', name),
    GraphicType: 'POINT',
    GraphicData: [x, y],
    ContentSequence: [imageItem('SELECTED FROM', reference)],
  };
}

export function containerItem(
  relationship: Relationship,
  name: CodedConcept,
  items: readonly Attributes[],
  template?: string,
): Attributes {
  return {
    ...itemOf(relationship, 'CONTAINER', name),
    ...containerContent(items, template),
  };
}

export function containerContent(items: readonly Attributes[], template?: string): Attributes {
  return {
    ContinuityOfContent: 'SEPARATE',
    ContentTemplateSequence:
      template === undefined ? undefined : [{ MappingResource: 'DCMR', TemplateIdentifier: template }],
    ContentSequence: items,
  };
}

function itemOf(relationship: Relationship, valueType: string, name: CodedConcept | undefined): Attributes {
  return {
    RelationshipType: relationship,
    ValueType: valueType,
    ConceptNameCodeSequence: name && codeSequence(name),
  };
}
