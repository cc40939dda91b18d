import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { GraphQLReply } from '../connect-gateway.js';
import { createFolder } from '../create-folder.js';
import { drawPng, startTestGateway, type TestGateway } from '../start-test-gateway.js';

const ASK = `mutation ($file: Upload!) {
  uploadImage(file: $file) { id width analyze(heads: [{ id: "organs" }]) { __typename } }
}`;
interface Uploaded {
  readonly uploadImage: { readonly id: string; readonly width: number; readonly analyze: readonly object[] };
}

const OPERATION = { query: ASK, variables: { file: null } };
const MAP = { 0: ['variables.file'] };

function formOf(fields: Readonly<Record<string, unknown>>, files: Readonly<Record<string, Uint8Array>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields))
    form.set(name, typeof value === 'string' ? value : JSON.stringify(value));
  for (const [name, bytes] of Object.entries(files)) form.set(name, new Blob([bytes]), 'doe-jane.png');
  return form;
}

async function send(
  { url }: TestGateway,
  body: RequestInit['body'],
  headers: Record<string, string> = {},
): Promise<GraphQLReply<Uploaded>> {
  const response = await fetch(new URL('graphql', url), { method: 'POST', body: body!, headers });
  const reply = (await response.json()) as GraphQLReply<Uploaded>;
  return { ...reply, status: response.status, headers: response.headers };
}

describe('a GraphQL request that brings its image', () => {
  it('is stored and analysed in one go, and known again', async () => {
    const gateway = await startTestGateway();
    const png = await drawPng();
    const id = createHash('sha256').update(png).digest('hex');
    const reply = await send(gateway, formOf({ operations: OPERATION, map: MAP }, { 0: png }));
    expect(reply).toMatchObject({ status: 200, data: { uploadImage: { id, width: 3 } } });
    expect(reply.data?.uploadImage.analyze).toEqual([{ __typename: 'SegmentationAnswer' }]);
    expect((await gateway.query(`{ image(id: "${id}") { width } }`)).data).toEqual({ image: { width: 3 } });
    expect(gateway.log()).not.toContain('doe-jane');
  });

  it('is known by the names of its parts, whatever else they say', async () => {
    const gateway = await startTestGateway();
    const type = { 'content-type': 'multipart/form-data; boundary=b' };
    const END = Buffer.from('\r\n');
    const part = (about: string, content: Uint8Array | string) =>
      Buffer.concat([
        Buffer.from(`--b\r\ncontent-disposition: form-data; ${about}\r\n\r\n`),
        Buffer.from(content),
        END,
      ]);
    const body = Buffer.concat([
      part('name="operations"; filename="query.json"\r\ncontent-type: application/json', JSON.stringify(OPERATION)),
      part('name="map"\r\ncontent-type: application/octet-stream', JSON.stringify(MAP)),
      part('name="0"\r\ncontent-type: image/png', await drawPng()),
      Buffer.from('--b--\r\n'),
    ]);
    expect(await send(gateway, body, type)).toMatchObject({ status: 200, data: { uploadImage: { width: 3 } } });
  });

  it('may bring several, larger than what is held in memory too', async () => {
    const gateway = await startTestGateway();
    const files = [await drawPng(1), Buffer.concat([await drawPng(2), Buffer.alloc(1_500_000)])];
    const query = `mutation ($a: Upload!, $b: Upload!) {
      a: uploadImage(file: $a) { bytes }
      b: uploadImage(file: $b) { bytes }
    }`;
    const operations = { query, variables: { a: null, b: null } };
    const map = { x: ['variables.a'], y: ['variables.b'] };
    const reply = await send(gateway, formOf({ operations, map }, { x: files[0]!, y: files[1]! }));
    expect(reply).toMatchObject({
      status: 200,
      data: { a: { bytes: files[0]!.length }, b: { bytes: files[1]!.length } },
    });
  });

  it('says which of several files is no image, and does not choose between two of one name', async () => {
    const gateway = await startTestGateway();
    const operations = { ...OPERATION, variables: { file: null, more: null } };
    const map = { x: ['variables.file'], y: ['variables.more'] };
    const files = { x: await drawPng(1), y: Buffer.from('no image') };
    const { errors } = await send(gateway, formOf({ operations, map }, files));
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'INVALID_IMAGE', details: { part: 'y' } });

    const form = formOf({ operations: OPERATION, map: MAP }, { 0: await drawPng(1) });
    form.append('0', new Blob([new Uint8Array(await drawPng(2))]), 'b.png');
    expect(await send(gateway, form)).toMatchObject({
      status: 400,
      errors: [{ message: expect.stringMatching(/two parts of the name "0"/) as string }],
    });
  });

  it.each([
    ['no operations', { map: MAP }, /"operations" is JSON such as .*; it is missing/],
    ['operations that are no JSON', { operations: '{', map: MAP }, /"operations" .*; it is something else/],
    ['several operations', { operations: [OPERATION], map: MAP }, /"operations" .*; it is something else/],
    ['no map', { operations: OPERATION }, /"map" is JSON such as .*; it is missing/],
    ['a map of something else', { operations: OPERATION, map: { 0: 'variables.file' } }, /"map" .*something else/],
    ['a file that did not come', { operations: OPERATION, map: { 1: ['variables.file'] } }, /"1", which did not come/],
    ['a place that is none', { operations: OPERATION, map: { 0: ['variables.image'] } }, /"variables.image", where/],
    ['a place that is taken', { operations: OPERATION, map: { 0: ['query'] } }, /"query", where/],
    ['a place of another kind', { operations: OPERATION, map: { 0: ['__proto__.x'] } }, /"__proto__.x", where/],
    ['too long a field', { operations: OPERATION, map: ' '.repeat(300_000) }, /at most 262144 bytes; "map" has more/],
    ['too many fields', { operations: OPERATION, map: MAP, more: '' }, /two fields and 8 files/],
  ])('refuses %s', async (_what, fields, message) => {
    const gateway = await startTestGateway();
    const { errors, status } = await send(gateway, formOf(fields, { 0: await drawPng() }));
    expect([400, 413]).toContain(status);
    expect(errors).toMatchObject([
      { message: expect.stringMatching(message) as string, extensions: { code: 'BAD_REQUEST' } },
    ]);
  });

  it.each([
    ['no image', Buffer.from('hello there'), 400, 'INVALID_IMAGE'],
    ['a large image', Buffer.alloc(1800, 7), 413, 'IMAGE_TOO_LARGE'],
  ])('refuses %s as an upload does, and keeps nothing', async (_what, file, status, code) => {
    const dataDir = createFolder();
    const gateway = await startTestGateway({ maxImageBytes: 1000, dataDir });
    const reply = await send(gateway, formOf({ operations: OPERATION, map: MAP }, { 0: file }));
    expect(reply).toMatchObject({ status, errors: [{ extensions: { code } }] });
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('takes nothing for a file that is not one', async () => {
    const gateway = await startTestGateway();
    const { id } = await gateway.upload(await drawPng());
    for (const file of [{ image: { id } }, id, null]) {
      const { errors, status } = await gateway.query(ASK, { file });
      expect({ status, errors }).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    }
    const literal = await gateway.query('mutation { uploadImage(file: "x") { id } }');
    expect(literal.errors?.[0]?.message).toContain('multipart');
  });

  it.each([
    ['without a boundary', 'multipart/form-data', 'x'],
    [
      'that ends too soon',
      'multipart/form-data; boundary=b',
      '--b\r\ncontent-disposition: form-data; name="0"; filename="f"\r\n\r\nhalf',
    ],
  ])('refuses a form %s', async (_what, type, body) => {
    const gateway = await startTestGateway({ maxUploadsAtOnce: 1 });
    const { status, errors } = await send(gateway, body, { 'content-type': type });
    expect({ status, errors }).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    expect((await gateway.upload(await drawPng())).status).toBe(201); // the form's turn is over
  });

  it('is refused from a page of another site', async () => {
    const gateway = await startTestGateway();
    const form = formOf({ operations: OPERATION, map: MAP }, { 0: await drawPng() });
    expect((await send(gateway, form, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('leaves nothing behind when the client hangs up halfway', async () => {
    const dataDir = createFolder();
    const gateway = await startTestGateway({ maxUploadsAtOnce: 1, dataDir });
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    const part = '--b\r\ncontent-disposition: form-data; name="0"; filename="f"\r\n\r\n';
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 9000000\r\n\r\n${part}`,
    );
    socket.write(Buffer.alloc(1_500_000, 1));
    await expect.poll(() => readdir(dataDir)).toHaveLength(1);
    socket.destroy();
    await expect.poll(() => readdir(dataDir)).toEqual([]);
    expect((await gateway.upload(await drawPng())).status).toBe(201);
  });
});
