import type { Task } from '@medzoo/core';
import type { AnswerName } from './script/requests/analyze-query.js';

interface AnswerFields {
  /** The type in the schema, which the page's script has to know as well. */
  readonly type: AnswerName;
  /** All that is worth a look, for the editor; as lines of a selection. */
  readonly full: string;
  /** What matters most, in one line. */
  readonly short: string;
}

/** What examples ask of an answer. */
const FIELDS: Readonly<Record<Task, AnswerFields>> = {
  segmentation: {
    type: 'SegmentationAnswer',
    full: `
        headId
        masks {
          label presence domain { inDomain nearest } absentBecause
          quality areaFraction boundingBox { x y width height } url
          measurements { unit area perimeter longestDiameter { length } ellipse { circumference } }
        }
        provenance { provider cached timingsMs { encode head total } }`,
    short: 'masks { label presence areaFraction url }',
  },
  classification: {
    type: 'ClassificationAnswer',
    full: `
        headId
        label
        scores { label probability }
        domain { inDomain nearest }
        plausible { labels errorRate }
        heatMap { url }`,
    short: 'label scores { label probability }',
  },
  regression: {
    type: 'RegressionAnswer',
    full: `
        headId
        values { label value unit interval { lower upper coverage } }
        domain { inDomain nearest }`,
    short: 'values { label value unit }',
  },
  keypoints: {
    type: 'KeypointsAnswer',
    full: `
        headId
        points { label point { x y } millimetres { x y } presence absentBecause }
        domain { inDomain nearest }`,
    short: 'points { label point { x y } }',
  },
  multilabel: {
    type: 'MultilabelAnswer',
    full: `
        headId
        labels
        scores { label probability threshold }
        domain { inDomain nearest }`,
    short: 'labels',
  },
};

/** Fragments of the union `HeadAnswer`, one for each task, each of them on lines that begin with `indent`. */
export function answerFragments(size: 'full' | 'short', indent: string): string {
  const fragments = Object.values(FIELDS).map((fields) =>
    size === 'full' ? `... on ${fields.type} {${fields.full}\n${indent}}` : `... on ${fields.type} { ${fields.short} }`,
  );
  return fragments.join(`\n${indent}`);
}
