import sharp from 'sharp';
import { expect, it } from 'vitest';
import { joinTiffs } from './join-tiffs.js';
import { startMedicalGateway } from '../start-medical-gateway.js';

interface Answered {
  readonly image: { readonly analyze: readonly Readonly<Record<string, unknown>>[] };
}

const page = (width: number, height: number): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: '#ccc' } })
    .tiff({ compression: 'none' })
    .toBuffer();

const ASK = `query ($id: ID!, $frame: Int, $box: JSONObject) { image(id: $id) {
  analyze(
    frame: $frame
    heads: [{ id: "prompted", params: $box }, { id: "shapes" }, { id: "prompted", params: $box }]
  ) {
    __typename
    ... on HeadFailure { code message }
    ... on SegmentationAnswer { masks { rle { size } url } }
  }
} }`;

it('holds a box against the page that is asked about, and not against the one that was measured', async () => {
  const gateway = await startMedicalGateway();
  const { id, body } = await gateway.upload(joinTiffs(await page(20, 10), await page(60, 50), await page(9, 30)));
  expect(body).toMatchObject({ width: 20, height: 10, frames: 3, frame: 0 });
  const box = { box: { x: 30, y: 20, width: 25, height: 25 } };
  const ask = async (frame: number): Promise<Answered['image']['analyze']> => {
    const { data, errors } = await gateway.query<Answered>(ASK, { id, frame, box });
    expect(errors).toBeUndefined();
    return data!.image.analyze;
  };
  const answered = await ask(1);
  const url = expect.stringContaining('/masks/object.png?params=') as string;
  expect(answered[0]).toMatchObject({ masks: [{ rle: { size: [50, 60] }, url }] });
  const [{ url: link }] = answered[0]!.masks as [{ readonly url: string }];
  const mask = await sharp(Buffer.from(await (await gateway.get(link)).arrayBuffer())).metadata();
  expect(mask).toMatchObject({ width: 60, height: 50 });
  for (const [frame, size] of [
    [0, '20 pixels wide and 10 high'],
    [2, '9 pixels wide and 30 high'],
  ] as const) {
    const refused = { code: 'INVALID_PARAM', message: expect.stringContaining(size) as string };
    expect(await ask(frame)).toMatchObject([refused, { __typename: 'SegmentationAnswer' }, refused]);
  }
});

it('offers files of a page with a box that is inside of it', async () => {
  const gateway = await startMedicalGateway();
  const { id } = await gateway.upload(joinTiffs(await page(20, 10), await page(60, 50)));
  const asked = 'head: { id: "prompted", params: { box: { x: 30, y: 20, width: 25, height: 25 } } }, formats: [CSV]';
  const links: string[] = [];
  for (const frame of [1, 0]) {
    const { data, errors } = await gateway.query<{
      readonly image: { readonly exports: [{ readonly url: string }] | null };
    }>(`{ image(id: "${id}") { exports(frame: ${frame}, ${asked}) { url } } }`);
    if (data?.image.exports) links.push(data.image.exports[0].url);
    else expect([frame, errors?.[0]?.extensions.code]).toEqual([0, 'INVALID_PARAM']);
  }
  expect(links).toHaveLength(1);
  expect((await gateway.get(links[0]!)).status).toBe(200);
});

it('names files of several pages after the page', async () => {
  const gateway = await startMedicalGateway();
  const { id } = await gateway.upload(joinTiffs(await page(20, 10), await page(60, 50)));
  const ask = `query ($id: ID!) { image(id: $id) { ${[0, 1]
    .map((frame) => `of${frame}: exports(frame: ${frame}, head: { id: "shapes" }, formats: [CSV]) { url }`)
    .join(' ')} } }`;
  const { data } = await gateway.query<{ readonly image: Record<string, readonly [{ readonly url: string }]> }>(ask, {
    id,
  });
  for (const frame of [0, 1]) {
    const response = await gateway.get(data!.image[`of${frame}`]![0].url);
    const name = `${id.slice(0, 12)}.shapes.frame${frame}.csv`;
    expect(response.headers.get('content-disposition')).toBe(`attachment; filename=${name}`);
  }
});
