import { createZoo } from '@medzoo/core';
import { testKeypoints, testMultilabel, testValues } from '@medzoo/core/testing';
import { expect, it } from 'vitest';
import { drawPng, startTestGateway } from '../start-test-gateway.js';

const QUERY = `query ($id: ID!) {
  image(id: $id) {
    analyze(heads: [{ id: "test-values" }, { id: "test-keypoints" }, { id: "test-multilabel" }]) {
      __typename
      ... on RegressionAnswer { headId values { label value unit unitName interval { lower upper coverage } } domain { inDomain } }
      ... on KeypointsAnswer { headId points { label point { x y } millimetres { x y } presence absentBecause } provenance { provider } }
      ... on MultilabelAnswer { headId labels scores { label probability threshold } }
    }
  }
}`;

const a = {
  number: expect.any(Number) as number,
  place: { x: expect.any(Number) as number, y: expect.any(Number) as number },
};

it('answers with numbers, points and several labels as members of the union', async () => {
  const zoo = await createZoo({ heads: [testValues, testKeypoints, testMultilabel] });
  const gateway = await startTestGateway({}, zoo);
  const { id } = await gateway.upload(await drawPng(0, 40, 30));
  const { data, errors } = await gateway.query<{ readonly image: { readonly analyze: readonly unknown[] } }>(QUERY, {
    id,
  });
  expect(errors).toBeUndefined();
  const interval = { lower: a.number, upper: a.number, coverage: 0.9 };
  const point = { point: a.place, millimetres: null, presence: a.number, absentBecause: null };
  expect(data!.image.analyze).toEqual([
    {
      __typename: 'RegressionAnswer',
      headId: 'test-values',
      values: [
        { label: 'bone age', value: a.number, unit: 'mo', unitName: 'months', interval },
        { label: 'hand length', value: a.number, unit: 'mm', unitName: 'mm', interval: null },
      ],
      domain: null,
    },
    {
      __typename: 'KeypointsAnswer',
      headId: 'test-keypoints',
      points: [
        { ...point, label: 'tip' },
        { ...point, label: 'carina' },
      ],
      provenance: { provider: 'cpu' },
    },
    {
      __typename: 'MultilabelAnswer',
      headId: 'test-multilabel',
      labels: expect.any(Array) as string[],
      scores: expect.arrayContaining([{ label: 'mass', probability: a.number, threshold: 0.3 }]) as unknown,
    },
  ]);
  await zoo.close();
});

it('offers no masks, and shows its page with heads of any task', async () => {
  const zoo = await createZoo({ heads: [testValues, testKeypoints, testMultilabel] });
  const gateway = await startTestGateway({}, zoo);
  const page = await (await fetch(gateway.url, { headers: { accept: 'text/html' } })).text();
  for (const task of ['regression', 'keypoints', 'multilabel']) expect(page).toContain(task);
  const { id } = await gateway.upload(await drawPng(0, 40, 30));
  const query = `query ($id: ID!) {
    image(id: $id) { exports(head: { id: "test-keypoints" }, formats: [CSV, GEOJSON]) { format url reason } }
  }`;
  interface Offered {
    readonly image: { readonly exports: readonly { readonly url: string | null; readonly reason: string | null }[] };
  }
  const { data } = await gateway.query<Offered>(query, { id });
  const [csv, geojson] = data!.image.exports;
  expect(await (await fetch(new URL(csv!.url!, gateway.url))).text()).toContain(',keypoints,tip,');
  expect(geojson).toMatchObject({ url: null, reason: expect.stringContaining('makes no masks') as string });
  await zoo.close();
});
