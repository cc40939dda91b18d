import type { AnalyzeOptions } from '@medzoo/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { packageVersion } from '../../src/package-version.js';
import { analyzeHeads, type AnalyzeData } from '../analyze-heads.js';
import { createFakeZoo, RUNTIME, VARIANT, type FakeZoo } from '../fake-zoo.js';
import { drawPng, startTestGateway, type TestGateway } from '../start-test-gateway.js';

const byPriority = (a: AnalyzeOptions, b: AnalyzeOptions) => a.priority!.localeCompare(b.priority!);

let zoo: FakeZoo;
let gateway: TestGateway;
let id: string;

beforeEach(async () => {
  zoo = createFakeZoo();
  gateway = await startTestGateway({}, zoo);
  ({ id } = await gateway.upload(await drawPng()));
});

describe('Image.analyze', () => {
  it('is asked about a frame and a window, and its links show the same', async () => {
    const query = `query ($id: ID!, $frame: Int, $window: Window) {
      image(id: $id) {
        frames
        analyze(heads: [{ id: "organs" }], frame: $frame, window: $window) {
          ... on SegmentationAnswer { masks { url } provenance { view { frame frames window { center width source } } } }
        }
      }
    }`;
    const window = { center: 300, width: 80 };
    const { data, errors } = await gateway.query<AnalyzeData>(query, { id, frame: 0, window });
    expect(errors).toBeUndefined();
    expect(zoo.calls.at(-1)!.options.view).toEqual({ frame: 0, window });
    expect(data!.image).toMatchObject({
      frames: 1,
      analyze: [{ provenance: { view: { frame: 0, frames: 1, window: null } } }],
    });
    const [{ url }] = data!.image!.analyze[0]!.masks as [{ readonly url: string }];
    const picture = await gateway.get(url);
    expect(picture.status).toBe(200);
    expect(zoo.calls.at(-1)!.options).toMatchObject({ encodings: ['png'], view: { frame: 0, window } });

    const plain = await gateway.query<AnalyzeData>(query, { id, frame: null });
    expect(plain.errors).toBeUndefined();
    expect(zoo.calls.at(-1)!.options).not.toHaveProperty('view');
    const other = await gateway.get(url.replace(/\?.*/, ''));
    expect(other.headers.get('etag')).not.toBe(picture.headers.get('etag'));
    expect(zoo.calls.at(-1)!.options).not.toHaveProperty('view');
  });

  it('answers each head by its task, in the order of the request; a head that fails is a member', async () => {
    const answers = await analyzeHeads(gateway, id, [
      { id: 'diagnosis' },
      { id: 'broken' },
      { id: 'organs', params: { threshold: 0.25 } },
    ]);
    expect(answers.map(({ __typename }) => __typename)).toEqual([
      'ClassificationAnswer',
      'HeadFailure',
      'SegmentationAnswer',
    ]);
    const [classes, failure, organs] = answers;
    expect(classes).toMatchObject({
      label: 'ill',
      scores: [{ label: 'ill', probability: 0.75 }, { label: 'healthy' }],
      plausible: { labels: ['ill'], errorRate: 0.1 },
      heatMap: { url: `/images/${id}/heads/diagnosis/heat-map.png`, width: 3, height: 2 },
      provenance: { preprocess: { fit: 'stretch', size: { width: 16 } } },
    });
    expect(failure).toMatchObject({ headId: 'broken', code: 'INFERENCE_FAILED', retryable: true });
    expect(organs).toMatchObject({
      headId: 'organs',
      provenance: {
        ...{ head: { id: 'organs', version: '1.2.3' }, headPrecision: 'reference', encoderPrecision: 'reference' },
        ...{ provider: 'fake', timingsMs: { encode: 10 } },
      },
      masks: [
        { label: 'left', threshold: 0.25, area: 2, boundingBox: { width: 1 }, rle: { size: [2, 3], counts: '024' } },
        { label: 'right' },
      ],
    });
    expect(zoo.calls).toHaveLength(1);
  });

  it('tells a caller nothing of what went wrong inside but the id of the request', async () => {
    const [failure] = await analyzeHeads(gateway, id, [{ id: 'broken' }]);
    expect(failure?.message).toMatch(/^Something failed on the server\. Quote request [\w-]+ when you report it\.$/);
    expect(gateway.log()).toContain('Secret: node /x/y failed.');
  });

  it('answers one head twice, with other params each time', async () => {
    const heads = [0.1, 0.2].map((threshold) => ({ id: 'organs', params: { threshold } }));
    const answers = (await analyzeHeads(gateway, id, [heads[0]!, { id: 'diagnosis' }, heads[1]!])) as {
      masks?: { threshold: number }[];
    }[];
    expect(answers.map(({ masks }) => masks?.[0]?.threshold)).toEqual([0.1, undefined, 0.2]);
    const aliased = `query ($id: ID!) { image(id: $id) {
      a: analyze(heads: [{ id: "organs", params: { threshold: 0.3 } }]) { ...thresholds }
      b: analyze(heads: [{ id: "organs", params: { threshold: 0.4 } }]) { ...thresholds }
    } } fragment thresholds on SegmentationAnswer { masks { threshold } }`;
    const { data } = await gateway.query<{ image: Record<string, unknown> }>(aliased, { id });
    expect(data?.image).toMatchObject({
      a: [{ masks: [{ threshold: 0.3 }, {}] }],
      b: [{ masks: [{ threshold: 0.4 }, {}] }],
    });
  });

  it('refuses params in words without quotes, which would count as left out', async () => {
    const ask = (params: string) =>
      gateway.query(`{ image(id: "${id}") { analyze(heads: [{ id: "organs", params: ${params} }]) { __typename } } }`);
    for (const params of ['{ threshold: high }', '{ targets: [liver] }'])
      expect(await ask(params)).toMatchObject({
        status: 400,
        errors: [{ message: expect.stringMatching(/^(high|liver) is no JSON: write "/) as string }],
      });
    expect((await ask('{ threshold: 0.5 }')).status).toBe(200);
  });

  it.each([
    ['not asked for', '... on SegmentationAnswer { masks { label rle { counts } } }', []],
    ['in a fragment', '...masks', ['polygons']],
    ['behind aliases', '... on SegmentationAnswer { m: masks { p: polygons { exterior } } }', ['polygons']],
    ['skipped', '... on SegmentationAnswer { masks { label polygons @skip(if: true) { exterior } } }', []],
    ['included', '... on SegmentationAnswer { masks { polygons @include(if: $yes) { exterior } } }', ['polygons']],
    [
      'not included',
      '... on SegmentationAnswer { masks { label ... @include(if: $no) { polygons { exterior } } } }',
      [],
    ],
  ])('has polygons made only when asked for: %s', async (_where, selection, encodings) => {
    const { errors } = await gateway.query(
      `query ($id: ID!, $yes: Boolean = true, $no: Boolean = false) {
        image(id: $id) { width @include(if: $yes) height @skip(if: $no) analyze(heads: [{ id: "organs" }]) { __typename ${selection} } }
      } ${selection === '...masks' ? 'fragment masks on SegmentationAnswer { masks { polygons { exterior holes } } }' : ''}`,
      { id },
    );
    expect(errors).toBeUndefined();
    expect(zoo.calls.map(({ options }) => options.encodings)).toEqual([encodings]);
  });

  it('asks as interactive unless told otherwise, in the name of the address that asks', async () => {
    const analyze = 'analyze(heads: [{ id: "diagnosis" }]) { __typename } ';
    const { errors } = await gateway.query(
      `{ image(id: "${id}") { a: ${analyze} b: ${analyze.replace(')', ', priority: BATCH)')} } }`,
    );
    expect(errors).toBeUndefined();
    const caller = expect.stringContaining('127.0.0.1') as string;
    expect(zoo.calls.map(({ options }) => options).toSorted(byPriority)).toMatchObject([
      { priority: 'batch', caller },
      { priority: 'interactive', caller },
    ]);
    await gateway.get(`/images/${id}/heads/organs/masks/left.png`);
    expect(zoo.calls.at(-1)?.options).toMatchObject({ caller });
    expect(gateway.log()).not.toContain('127.0.0.1');
  });

  it('gives rings as lists of points', async () => {
    const { data } = await gateway.query<AnalyzeData>(
      `{ image(id: "${id}") { analyze(heads: [{ id: "organs" }], polygonTolerance: 1.5) { ... on SegmentationAnswer { masks { polygons { exterior holes } } } } } }`,
    );
    expect(zoo.calls[0]?.options.polygonTolerance).toBe(1.5);
    expect(data?.image?.analyze[0]).toMatchObject({
      masks: [
        {
          polygons: [
            {
              exterior: [
                [0, 0],
                [1, 0],
                [1, 2],
                [0, 2],
              ],
              holes: [],
            },
          ],
        },
        {},
      ],
    });
  });
});

describe('the catalogue', () => {
  it('tells heads, their params as data, and where their numbers come from', async () => {
    const { data } = await gateway.query<{ heads: unknown[]; encoders: unknown[]; runtime: object }>(`{
      heads {
        id title task intendedUse modalities labels licence version sha256
        params { name type default min max options maxItems description }
        metrics { name value interval95 dataset split n label prompt excludedLabels negatives { kind sets n } }
        trainedOn { dataset licence n source grouping }
        initialisedFrom { name source licence }
        encoder { id version sha256 }
        variants { precision providers sha256 bytes }
      }
      encoders { id sha256 preprocess { channels } variants { precision } }
      runtime { version provider uptimeSeconds }
    }`);
    expect(data?.heads).toHaveLength(3);
    expect(data?.heads[0]).toMatchObject({
      id: 'organs',
      task: 'SEGMENTATION',
      params: [
        { name: 'threshold', type: 'NUMBER', default: 0.5, min: 0, max: 1, options: null },
        { name: 'edge', type: 'CHOICE', default: 'soft', options: ['soft', 'hard'], min: null, maxItems: null },
        { name: 'targets', type: 'LABELS', default: null, maxItems: 2 },
        { name: 'points', type: 'POINTS', default: null, maxItems: 64 },
      ],
      metrics: [
        { name: 'dice', interval95: [0.88, 0.92], dataset: 'phantoms', n: 40, label: 'left', negatives: null },
        { name: 'presence_auroc', negatives: { kind: 'near', sets: ['other phantoms'], n: 8 }, interval95: null },
      ],
      trainedOn: [{ dataset: 'phantoms', source: 'Drawn by a script', grouping: null }],
      initialisedFrom: [{ name: 'net', source: 'https://example.org/net', licence: 'MIT' }],
      sha256: 'a'.repeat(64),
      encoder: { id: 'fake-encoder', sha256: 'e'.repeat(64) },
    });
    expect(data?.encoders).toEqual([
      { id: 'fake-encoder', sha256: 'e'.repeat(64), preprocess: { channels: 'rgb' }, variants: [] },
    ]);
    const { precision, providers, sha256, bytes } = VARIANT;
    expect(data?.heads).toMatchObject([{ variants: [] }, { variants: [{ precision, providers, sha256, bytes }] }, {}]);
    expect(data?.runtime).toMatchObject({ version: packageVersion, provider: null });
  });

  it('tells how the zoo is doing', async () => {
    const { data, errors } = await gateway.query<{ runtime: object }>(`{
      runtime {
        state reason
        queue { pending waiting limit retryAfterMs quarantined }
        processes {
          state threads rssBytes crashes
          models { id sha256 provider maxBatch declaredBytes measuredBytes precision skipped { provider reason } }
          memory { device budgetBytes modelBytes unreturnedBytes evictions }
        }
      }
    }`);
    expect(errors).toBeUndefined();
    const { queue, processes } = RUNTIME;
    const { pid: _, ...process } = processes[0]!;
    expect(data?.runtime).toEqual({ state: 'READY', reason: null, queue, processes: [{ ...process, state: 'UP' }] });
  });

  it('tells which provider ran the last head', async () => {
    await analyzeHeads(gateway, id, [{ id: 'organs' }]);
    expect((await gateway.query('{ runtime { provider } }')).data).toEqual({ runtime: { provider: 'fake' } });
  });
});
