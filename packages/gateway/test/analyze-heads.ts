import { expect } from 'vitest';
import type { GatewayClient } from './connect-gateway.js';

export interface AnalyzeData {
  readonly image: { readonly analyze: readonly Record<string, unknown>[] } | null;
}

const ANALYZE = `query ($id: ID!, $heads: [HeadRequest!]!) {
  image(id: $id) {
    analyze(heads: $heads) {
      __typename
      ... on SegmentationAnswer {
        headId
        provenance { head { id version sha256 } headPrecision encoder { id } encoderPrecision provider image { width } cached timingsMs { encode total } }
        masks { label presence quality threshold area areaFraction boundingBox { x y width height } rle { size counts } url }
      }
      ... on ClassificationAnswer {
        headId
        provenance { head { id } preprocess { fit size { width } } }
        label
        scores { label probability }
        plausible { labels errorRate }
        heatMap { url width height }
      }
      ... on HeadFailure { headId code message retryable }
    }
  }
}`;
/** The answers of these heads about an image, with everything that the answers of each task tell. */
export async function analyzeHeads(gateway: GatewayClient, id: string, heads: readonly object[]) {
  const { data, errors } = await gateway.query<AnalyzeData>(ANALYZE, { id, heads });
  expect(errors).toBeUndefined();
  return data!.image!.analyze;
}
