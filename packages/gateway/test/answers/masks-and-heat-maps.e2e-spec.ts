import sharp from 'sharp';
import { beforeEach, describe, expect, it } from 'vitest';
import { analyzeHeads, type AnalyzeData } from '../analyze-heads.js';
import { createFakeZoo, type FakeZoo } from '../fake-zoo.js';
import { drawPng, startTestGateway, type TestGateway } from '../start-test-gateway.js';

let zoo: FakeZoo;
let gateway: TestGateway;
let id: string;

beforeEach(async () => {
  zoo = createFakeZoo();
  gateway = await startTestGateway({}, zoo);
  ({ id } = await gateway.upload(await drawPng()));
});

describe('Mask.measurements', () => {
  const measure = (selection: string) =>
    gateway.query<AnalyzeData>(
      `query ($id: ID!) { image(id: $id) { analyze(heads: [{ id: "organs" }]) { ... on SegmentationAnswer { masks { ${selection} } } } } }`,
      { id },
    );

  it('are in pixels, and in mm of anisotropic pixels, in one query', async () => {
    const { data, errors } = await measure(`
      px: measurements { unit parts area boundingBox { width height } longestDiameter { length } ellipse { center { x y } angle } }
      mm: measurements(pixelSize: { x: 0.5, y: 2 }, largestPartOnly: true) { unit area perimeter boundingBox { width height } }`);
    expect(errors).toBeUndefined();
    const [mask] = (data!.image!.analyze[0] as { masks: { px: object; mm: { perimeter: number } }[] }).masks;
    expect(mask!.px).toEqual({
      unit: 'PIXEL',
      parts: 1,
      area: 2,
      boundingBox: { width: 1, height: 2 },
      longestDiameter: { length: 2 },
      ellipse: { center: { x: 0.5, y: 1 }, angle: 90 },
    });
    expect(mask!.mm).toMatchObject({ unit: 'MILLIMETRE', area: 2, boundingBox: { width: 0.5, height: 4 } });
    expect(mask!.mm.perimeter).toBeGreaterThan(0);
    expect(zoo.calls).toHaveLength(1);
  });

  it('refuse a pixel size that is none, in full words', async () => {
    const { errors } = await measure('measurements(pixelSize: { x: 0, y: 1 }) { area }');
    expect(errors![0]).toMatchObject({
      message: 'The pixel size must be { x, y } in mm per pixel, both finite and above 0; got 0 and 1.',
      extensions: { code: 'INVALID_PARAM' },
    });
  });
});

describe('pictures of answers', () => {
  it('come from the link, with the same params', async () => {
    const [answer] = (await analyzeHeads(gateway, id, [{ id: 'organs', params: { threshold: 0.75 } }])) as {
      masks: { url: string }[];
    }[];
    const response = await gateway.get(answer!.masks[1]!.url);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(await response.text()).toBe('png of right');
    expect(zoo.calls.at(-1)).toMatchObject({
      requests: { organs: { threshold: 0.75 } },
      options: { encodings: ['png'] },
    });
  });

  it('share one run, at once and for a while', async () => {
    const paths = ['left', 'right', 'left'].map((label) => `/images/${id}/heads/organs/masks/${label}.png`);
    const texts = await Promise.all(paths.map(async (path) => (await gateway.get(path)).text()));
    expect(texts).toEqual(['png of left', 'png of right', 'png of left']);
    expect(await (await gateway.get(paths[1]!)).text()).toBe('png of right');
    expect(zoo.calls).toHaveLength(1);
    await gateway.get(`${paths[0]!}?params=${Buffer.from('{"threshold":0.1}').toString('base64url')}`);
    expect(zoo.calls).toHaveLength(2);
  });

  it('are not made again for a browser that has them', async () => {
    const path = `/images/${id}/heads/organs/masks/left.png`;
    const etag = (await gateway.get(path)).headers.get('etag')!;
    const calls = zoo.calls.length;
    // What a browser sends by itself; fetch would forbid any answer from a cache.
    const known = { 'if-none-match': etag, 'cache-control': 'max-age=0' };
    expect((await gateway.get(path, known)).status).toBe(304);
    expect(zoo.calls).toHaveLength(calls);
  });

  it('are made again while nobody knows which of the files of a head will run', async () => {
    const path = `/images/${id}/heads/diagnosis/heat-map.png`;
    const first = await gateway.get(path);
    expect(first.headers.get('etag')).toBeNull();
    const calls = zoo.calls.length;
    expect((await gateway.get(path, { 'if-none-match': '"any"', 'cache-control': 'max-age=0' })).status).toBe(200);
    expect(zoo.calls).toHaveLength(calls + 1);
  });

  it('include heat maps, as grey PNGs', async () => {
    const response = await gateway.get(`/images/${id}/heads/diagnosis/heat-map.png`);
    expect(response.headers.get('content-type')).toBe('image/png');
    const picture = sharp(await response.arrayBuffer());
    expect(await picture.metadata()).toMatchObject({ width: 3, height: 2, space: 'b-w', depth: 'uchar' });
    const data = await picture.toColourspace('b-w').raw().toBuffer();
    expect([...data]).toEqual([0, 51, 102, 153, 204, 255]);
  });

  it.each([
    ['heads/organs/masks/liver.png', 400, 'INVALID_PARAM', /no mask "liver"\. It has left, right/],
    ['heads/organs/masks/left.png?params=x', 400, 'INVALID_PARAM', /base64url/],
    ['heads/organs/masks/left.png?params=WzFd', 400, 'INVALID_PARAM', /base64url/],
    ['heads/diagnosis/masks/left.png', 400, 'INVALID_PARAM', /does classification/],
    ['heads/kidneys/masks/left.png', 404, 'UNKNOWN_HEAD', /There are organs/],
    ['heads/broken/heat-map.png', 500, 'INFERENCE_FAILED', /Quote request/],
  ])('refuse %s', async (path, status, code, message) => {
    const response = await gateway.get(`/images/${id}/${path}`);
    expect(response.status).toBe(status);
    expect(response.headers.get('etag')).toBeNull();
    expect(await response.json()).toMatchObject({ error: { code, message: expect.stringMatching(message) as string } });
  });
});
