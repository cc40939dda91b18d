import type { Fault } from './fault.js';

/** What the page asks of an image. `__typename` tells the members of the union apart. */
export const ANALYZE_QUERY = `query AnalysePage($id: ID!, $heads: [HeadRequest!]!) {
  image(id: $id) {
    analyze(heads: $heads) {
      __typename
      ... on SegmentationAnswer {
        headId
        masks { label presence area areaFraction url }
        provenance { ...Run }
      }
      ... on ClassificationAnswer {
        headId
        label
        scores { label probability }
        plausible { labels errorRate }
        heatMap { url }
        provenance { ...Run }
      }
      ... on HeadFailure { headId code message retryable }
    }
  }
}
fragment Run on Provenance { provider cached timingsMs { total } }`;

/** How an answer came to be, as far as the page shows it. */
export interface Run {
  readonly provider: string;
  readonly cached: boolean;
  readonly timingsMs: { readonly total: number };
}

export interface MaskAnswer {
  readonly label: string;
  readonly presence: number;
  readonly area: number;
  readonly areaFraction: number;
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
  readonly plausible: { readonly labels: readonly string[]; readonly errorRate: number } | null;
  readonly heatMap: { readonly url: string } | null;
  readonly provenance: Run | null;
}

interface Failure extends Fault {
  readonly __typename: 'HeadFailure';
  readonly headId: string;
}

/** A member of the schema's union `HeadAnswer`, with the fields of `ANALYZE_QUERY`. */
export type HeadAnswer = Segmentation | Classification | Failure;
