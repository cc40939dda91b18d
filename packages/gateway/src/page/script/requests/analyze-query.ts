import type { Fault } from './fault.js';
import type { ShownWindow } from '../pictures/medical-view.js';

const FIELDS: Readonly<Record<HeadAnswer['__typename'], string>> = {
  SegmentationAnswer: `
        headId
        masks { label presence domain { ...Kind } absentBecause area areaFraction measurements { unit area } url }
        provenance { ...Run }`,
  ClassificationAnswer: `
        headId
        label
        scores { label probability }
        domain { ...Kind }
        plausible { labels errorRate }
        heatMap { url }
        provenance { ...Run }`,
  RegressionAnswer: `
        headId
        values { label value unitName interval { lower upper coverage } }
        domain { ...Kind }
        provenance { ...Run }`,
  KeypointsAnswer: `
        headId
        points { label point { x y } millimetres { x y } presence absentBecause }
        domain { ...Kind }
        provenance { ...Run }`,
  MultilabelAnswer: `
        headId
        labels
        scores { label probability threshold }
        domain { ...Kind }
        provenance { ...Run }`,
  OutOfDomain: ' headId nearest provenance { ...Run }',
  HeadFailure: ' headId code message retryable',
};
const FRAGMENTS = Object.entries(FIELDS).map(([type, fields]) => `... on ${type} {${fields} }`);

/** What the page asks of an image. `__typename` tells the members of the union apart. */
export const ANALYZE_QUERY = `query AnalysePage(
  $id: ID!, $heads: [HeadRequest!]!, $frame: Int, $window: Window, $outOfDomain: WhenOutOfDomain! = REFUSE
) {
  image(id: $id) {
    analyze(heads: $heads, frame: $frame, window: $window, outOfDomain: $outOfDomain) {
      __typename
      ${FRAGMENTS.join('\n      ')}
    }
  }
}
fragment Kind on Domain { inDomain nearest }
fragment Run on Provenance { provider cached warnings timingsMs { total } view { window { center width function } } }`;

/** How an answer came to be, as far as the page shows it. */
export interface Run {
  /** Null for a head that was not run. */
  readonly provider: string | null;
  readonly cached: boolean;
  readonly timingsMs: { readonly total: number };
  readonly warnings: readonly string[] | null;
  readonly view: { readonly window: ShownWindow | null };
}

/** Whether the image is of the kind that a head, or a target, was trained on; null for a head that cannot say. */
export type Kind = { readonly inDomain: boolean; readonly nearest: string } | null;

export interface MaskAnswer {
  readonly label: string;
  readonly presence: number;
  readonly domain: Kind;
  readonly absentBecause: 'PRESENCE' | 'DOMAIN' | null;
  readonly area: number;
  readonly areaFraction: number;
  readonly measurements: { readonly unit: 'PIXEL' | 'MILLIMETRE'; readonly area: number };
  readonly url: string;
}

interface Segmentation {
  readonly __typename: 'SegmentationAnswer';
  readonly headId: string;
  readonly masks: readonly MaskAnswer[];
  readonly provenance: Run | null;
}

interface Classification {
  readonly __typename: 'ClassificationAnswer';
  readonly headId: string;
  readonly label: string;
  readonly scores: readonly { readonly label: string; readonly probability: number }[];
  readonly domain: Kind;
  readonly plausible: { readonly labels: readonly string[]; readonly errorRate: number } | null;
  readonly heatMap: { readonly url: string } | null;
  readonly provenance: Run | null;
}

export interface QuantityAnswer {
  readonly label: string;
  readonly value: number;
  /** In words; empty for a number without a unit. */
  readonly unitName: string;
  readonly interval: { readonly lower: number; readonly upper: number; readonly coverage: number } | null;
}

interface Regression {
  readonly __typename: 'RegressionAnswer';
  readonly headId: string;
  readonly values: readonly QuantityAnswer[];
  readonly domain: Kind;
  readonly provenance: Run | null;
}

interface Place {
  readonly x: number;
  readonly y: number;
}

export interface PointAnswer {
  readonly label: string;
  /** In image pixels; null for a point that is not there. */
  readonly point: Place | null;
  readonly millimetres: Place | null;
  readonly presence: number | null;
  readonly absentBecause: 'PRESENCE' | 'OUTSIDE' | null;
}

interface Keypoints {
  readonly __typename: 'KeypointsAnswer';
  readonly headId: string;
  readonly points: readonly PointAnswer[];
  readonly domain: Kind;
  readonly provenance: Run | null;
}

interface Multilabel {
  readonly __typename: 'MultilabelAnswer';
  readonly headId: string;
  readonly labels: readonly string[];
  readonly scores: readonly { readonly label: string; readonly probability: number; readonly threshold: number }[];
  readonly domain: Kind;
  readonly provenance: Run | null;
}

interface Refusal {
  readonly __typename: 'OutOfDomain';
  readonly headId: string;
  readonly nearest: string;
  readonly provenance: Run | null;
}

interface Failure extends Fault {
  readonly __typename: 'HeadFailure';
  readonly headId: string;
}

/** A member of the schema's union `HeadAnswer`, with the fields of `ANALYZE_QUERY`. */
export type HeadAnswer = Segmentation | Classification | Regression | Keypoints | Multilabel | Refusal | Failure;

/** The member of the union of this name. */
export type AnswerOf<N extends HeadAnswer['__typename']> = Extract<HeadAnswer, { readonly __typename: N }>;

/** The types of the answers that the page can show. */
export type AnswerName = Exclude<HeadAnswer, Refusal | Failure>['__typename'];
/** What the page asks of a file that browsers do not show. */
export const FILE_QUERY = `query FilePage($id: ID!) {
  image(id: $id) {
    frames
    modality
    spacing { x y unit regions { left } }
    windows { center width function }
    flags { burnedIn lossy overlays }
    series { id frameCount }
  }
}`;

/** Which files a head's answer about it can become. */
export const EXPORTS_QUERY = `query ExportsPage($id: ID!, $head: HeadRequest!, $frame: Int, $window: Window) {
  image(id: $id) {
    exports(head: $head, formats: [SEG, RTSTRUCT, SR, NIFTI, GEOJSON, CSV], frame: $frame, window: $window) { format url reason }
  }
}`;
