import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { describe, expect, it } from 'vitest';
import { SHAPES, slices, uploadSeries } from '../series/series-requests.js';
import { startMedicalGateway } from '../start-medical-gateway.js';
import { drawPng, startTestGateway } from '../start-test-gateway.js';

async function start() {
  const gateway = await startTestGateway();
  const { id } = await gateway.upload(await drawPng());
  const ask = (fields: string) =>
    gateway.query<{ readonly image: object | null }>(`{ image(id: "${id}") { ${fields} } }`);
  return { gateway, id, ask };
}

const ORGANS = 'heads: [{ id: "organs" }]';

describe('a fault of one field', () => {
  it.each([
    ['no heads', 'bad: analyze(heads: []) { __typename }'],
    ['a preview of no frame', 'bad: previewUrl(frame: 9)'],
    ['windows of no frame', 'bad: windows(frame: 9) { center }'],
    ['files of an unknown head', 'bad: exports(head: { id: "none" }, formats: [CSV]) { url }'],
  ])('leaves the answers beside it: %s', async (_what, bad) => {
    const { ask } = await start();
    const { data, errors, status } = await ask(`width good: analyze(${ORGANS}) { __typename } ${bad}`);
    expect(status).toBe(200);
    expect(errors).toHaveLength(1);
    expect(data).toEqual({ image: { width: 3, good: [{ __typename: 'SegmentationAnswer' }], bad: null } });
  });

  it('leaves the masks whose measurements it is about', async () => {
    const { ask } = await start();
    const masks = 'masks { label measurements(pixelSize: { x: 0, y: 1 }) { area } }';
    const { data, errors } = await ask(`analyze(${ORGANS}) { ... on SegmentationAnswer { ${masks} } }`);
    expect(errors?.[0]?.extensions.code).toBe('INVALID_PARAM');
    expect(data).toMatchObject({ image: { analyze: [{ masks: [{ label: 'left', measurements: null }, {}] }] } });
  });

  it('does not take the id of a series that is analysed by then', async () => {
    const gateway = await startMedicalGateway();
    const [series] = (await uploadSeries(gateway, slices(0, 2))).series;
    const { data, errors } = await gateway.query(`mutation {
      started: analyzeSeries(series: "${series!.id}", head: ${SHAPES}) { framesTotal }
      refused: analyzeSeries(series: "none", head: ${SHAPES}) { framesTotal }
      made: createSeries(images: []) { id }
    }`);
    expect(errors).toHaveLength(2);
    expect(data).toEqual({ started: { framesTotal: 2 }, refused: null, made: null });
  });

  it("does not have Apollo's cache take an image for one that was never uploaded", async () => {
    const { gateway, id } = await start();
    const link = new HttpLink({ uri: new URL('graphql', gateway.url).href });
    const client = new ApolloClient({ link, cache: new InMemoryCache(), dataMasking: false });
    const query = gql(`query ($id: ID!) { image(id: $id) { id analyze(heads: []) {
      ... on SegmentationAnswer { headId }
    } } }`);
    const refused = await client.query({ query, variables: { id }, errorPolicy: 'all' });
    expect(refused.error).toBeDefined();
    const { data } = await client.query({
      query: gql('query ($id: ID!) { image(id: $id) { id } }'),
      variables: { id },
    });
    expect(data).toMatchObject({ image: { id } });
  });
});
