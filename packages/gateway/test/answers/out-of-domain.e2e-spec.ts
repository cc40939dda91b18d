import { type AnalyzeOptions, type Answer, type Domain, type Outcome, type Zoo, ZooError } from '@medzoo/core';
import { expect, it } from 'vitest';
import { createFakeZoo, type FakeZoo } from '../fake-zoo.js';
import { drawPng, startTestGateway } from '../start-test-gateway.js';

const domain: Domain = { score: 12.5, threshold: 3, inDomain: false, nearest: 'photograph' };
const WORDS = 'This does not look like the images that "diagnosis" was trained on. It looks most like: photograph.';

/**
 * Everything it is shown is out of domain: its classifier refuses, and its masks are empty, unless it is asked to warn.
 */
function createPickyZoo(zoo: FakeZoo): Zoo {
  const analyze = async (image: Uint8Array, requests: never, options: AnalyzeOptions = {}) => {
    const outcomes = await zoo.analyze(image, requests, options);
    const isRefused = options.outOfDomain !== 'warn';
    const entries = Object.entries(outcomes as Record<string, Outcome<Answer>>).map(([id, outcome]) => {
      if (!outcome.ok) return [id, outcome];
      const provenance = { ...outcome.provenance, domains: [domain] };
      if (outcome.value.task === 'segmentation') {
        const because = isRefused ? { absentBecause: 'domain' as const } : {};
        const masks = outcome.value.masks.map((mask) => ({ ...mask, domain, ...because }));
        return [id, { ...outcome, value: { ...outcome.value, masks }, provenance }];
      }
      const error = new ZooError('OUT_OF_DOMAIN', WORDS);
      if (isRefused) return [id, { ok: false, error, domain, provenance: { ...provenance, provider: null } }];
      return [id, { ...outcome, value: { ...outcome.value, domain }, provenance }];
    });
    return Object.fromEntries(entries) as never;
  };
  return { ...zoo, analyze };
}

const QUERY = `query ($id: ID!, $outOfDomain: WhenOutOfDomain) {
  image(id: $id) {
    analyze(heads: [{ id: "diagnosis" }, { id: "organs" }], outOfDomain: $outOfDomain) {
      __typename
      ... on OutOfDomain { headId code score threshold inDomain nearest message provenance { provider domains { labels inDomain } } }
      ... on ClassificationAnswer { headId label domain { score threshold inDomain nearest } }
      ... on SegmentationAnswer { headId masks { label absentBecause domain { inDomain nearest } url } }
    }
  }
}`;

it('an image out of domain is a member of its own, and answered all the same where asked to warn', async () => {
  const zoo = createFakeZoo();
  const gateway = await startTestGateway({}, createPickyZoo(zoo));
  const { id } = await gateway.upload(await drawPng());
  const ask = async (outOfDomain?: string) => {
    const { data, errors } = await gateway.query<{ readonly image: { readonly analyze: readonly unknown[] } }>(QUERY, {
      id,
      ...(outOfDomain !== undefined && { outOfDomain }),
    });
    expect(errors).toBeUndefined();
    return data!.image.analyze as [unknown, { readonly masks: readonly [{ readonly url: string }] }];
  };

  const [refused, absent] = await ask();
  expect(refused).toEqual({
    ...{ __typename: 'OutOfDomain', headId: 'diagnosis', code: 'OUT_OF_DOMAIN', message: WORDS, ...domain },
    provenance: { provider: null, domains: [{ labels: null, inDomain: false }] },
  });
  expect(absent.masks[0]).toMatchObject({
    absentBecause: 'DOMAIN',
    domain: { inDomain: false, nearest: 'photograph' },
  });
  expect(absent.masks[0].url).not.toContain('outOfDomain');
  expect(zoo.calls.at(-1)!.options.outOfDomain).toBe('refuse');

  const [answered, drawn] = await ask('WARN');
  expect(answered).toEqual({ __typename: 'ClassificationAnswer', headId: 'diagnosis', label: 'ill', domain });
  expect(drawn.masks[0]).toMatchObject({ absentBecause: null, domain: { inDomain: false } });
  const picture = await gateway.get(drawn.masks[0].url);
  expect(picture.status).toBe(200);
  expect(zoo.calls.at(-1)!.options).toMatchObject({ outOfDomain: 'warn', encodings: ['png'] });
  const other = await gateway.get(absent.masks[0].url);
  expect(other.headers.get('etag')).not.toBe(picture.headers.get('etag'));

  const heatMap = await gateway.get(`/images/${id}/heads/diagnosis/heat-map.png`);
  expect([heatMap.status, await heatMap.json()]).toEqual([
    422,
    { error: expect.objectContaining({ code: 'OUT_OF_DOMAIN', message: WORDS }) as unknown },
  ]);
  expect((await gateway.get(`/images/${id}/heads/diagnosis/heat-map.png?outOfDomain=warn`)).status).toBe(200);
  expect((await gateway.get(`/images/${id}/heads/diagnosis/heat-map.png?outOfDomain=yes`)).status).toBe(400);
});
