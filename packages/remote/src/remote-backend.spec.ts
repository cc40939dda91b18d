import type { ModelSpec } from '@medzoo/core/contract';
import { TEST_MODELS, testBackend } from '@medzoo/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startOipServer, sendJson, type Fault } from '../test/oip-server.js';
import { backendOf, double, doubled, feeds, runNan, runTypes } from '../test/remote-models.js';
import { firstInfers, serve, stated } from '../test/serve-double.js';
import { createRemoteBackend } from './remote-backend.js';

const { types, nan } = TEST_MODELS;

describe.each([true, false])('the remote backend, binary: %s', (isBinary) => {
  let url = '';
  const modelName = ({ url: file }: ModelSpec) => (file === nan.url ? 'nan' : 'types');
  testBackend(
    async () => {
      const models = { types: { spec: types, run: runTypes }, nan: { spec: nan, run: runNan } };
      const server = await startOipServer({ models, isBinary });
      onTestFinished(server.close);
      url = server.url;
      return createRemoteBackend({ urls: [url], modelName });
    },
    { it },
  );

  it('sends tensors in the form that the server can take', async () => {
    const server = await serve({}, { isBinary });
    const session = await backendOf([server]).open(double);
    expect(await session.run(feeds)).toEqual(doubled);
    expect(session.provider).toBe('remote:fake');
    expect(server.infers).toEqual([{ name: 'double', isBinary }]);
  });
});

describe('a model on a server', () => {
  it('is the model itself, whatever variants there are for providers of this machine', async () => {
    const server = await serve({ parameters: stated });
    const gate = [{ dataset: 'drawn', metric: 'dice', split: 'val', n: 9, before: 0.9, after: 0.9 }];
    const variant = {
      ...{ precision: 'int8-static', url: 'file:///int8.onnx', sha256: 'e'.repeat(64), bytes: 9 },
      gate,
    };
    const session = await backendOf([server]).open({ ...double, variants: [{ ...variant, providers: ['cpu'] }] });
    expect(await session.run(feeds)).toEqual(doubled);
    expect(session).not.toHaveProperty('file');
  });

  it('is refused with both declarations if its tensors are others', async () => {
    const spec = { ...double, outputs: [{ name: 'y', dtype: 'uint8', shape: ['n', 3] }] } as const;
    const server = await serve({ spec });
    await expect(backendOf([server]).open(double)).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringMatching(/declared as y float32 \[n, 2\], found y uint8 \[free, 3\]/) as string,
    });
  });

  it('is refused if the server states another digest, or none, unless none is asked for', async () => {
    const other = await serve({ parameters: { sha256: 'e'.repeat(64) } });
    await expect(backendOf([other]).open(double)).rejects.toMatchObject({
      code: 'WEIGHTS_CORRUPT',
      details: { expected: double.sha256, found: 'e'.repeat(64) },
    });
    await expect(backendOf([other], { requireDigest: false }).open(double)).rejects.toMatchObject({
      code: 'WEIGHTS_CORRUPT',
    });
    const silent = await serve({ parameters: {} });
    await expect(backendOf([silent]).open(double)).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('requireDigest: false') as string,
    });
    const session = await backendOf([silent], { requireDigest: false }).open(double);
    expect(await session.run(feeds)).toEqual(doubled);
  });

  it('with external data states its digest as well', async () => {
    const data = { url: 'file:///nowhere/double.data', sha256: 'a'.repeat(64), bytes: 5 };
    const without = await serve();
    await expect(backendOf([without]).open({ ...double, data })).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    const server = await serve({ parameters: { ...stated, data_sha256: data.sha256 } });
    await expect(backendOf([server]).open({ ...double, data })).resolves.toBeDefined();
  });

  it('may lie below a path, and is asked for with the headers given', async () => {
    const server = await serve();
    let token = 0;
    const options = { headers: async () => ({ authorization: `Bearer ${(token += 1)}` }) };
    const session = await backendOf([{ url: `${server.url}/behind/a/proxy/` }], options).open(double);
    expect(await session.run(feeds)).toEqual(doubled);
    expect(new Set(server.asked.map(({ path }) => path.split('/v2')[0]))).toEqual(new Set(['/behind/a/proxy']));
    expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(
      server.asked.map((_, index) => `Bearer ${index + 1}`),
    );
  });

  it('is refused where something else answers', async () => {
    const page = await serve({}, { fault: (_, response) => response.end('<html>') === response });
    await expect(backendOf([page]).open(double)).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('no metadata of the Open Inference Protocol') as string,
    });
  });
});

describe('a wrong answer', () => {
  const answers: Record<string, readonly [string, Fault]> = {
    'another shape': ['MODEL_MISMATCH', answerWith([output({ shape: [2, 1], data: [1, 2] })])],
    'another element type': ['MODEL_MISMATCH', answerWith([output({ datatype: 'UINT8', data: [1, 2] })])],
    'an element type that is not carried': ['MODEL_MISMATCH', answerWith([output({ datatype: 'FP16', data: [1, 2] })])],
    'an output too few': ['MODEL_MISMATCH', answerWith([])],
    'fewer elements than the shape says': ['INFERENCE_FAILED', answerWith([output({ data: [1] })])],
    'elements that are no numbers': ['INFERENCE_FAILED', answerWith([output({ data: [1, 'two'] })])],
    'no JSON': ['INFERENCE_FAILED', firstInfers(1, (_, response) => response.end('<html>'))],
    'no outputs': ['INFERENCE_FAILED', firstInfers(1, (_, response) => sendJson(response, {}))],
    'binary that is cut off': ['INFERENCE_FAILED', answerBinary([output({})], 8, 4)],
    'binary with something left over': ['INFERENCE_FAILED', answerBinary([output({})], 8, 12)],
    'binary of another size than the shape': ['INFERENCE_FAILED', answerBinary([output({})], 4, 4)],
  };

  it.each(Object.entries(answers))('is refused: %s', async (_, [code, fault]) => {
    const server = await serve({}, { fault });
    const session = await backendOf([server]).open(double);
    await expect(session.run(feeds)).rejects.toMatchObject({ name: 'ZooError', code });
    expect(await session.run(feeds)).toEqual(doubled);
  });

  function output(fields: object): object {
    return { name: 'y', datatype: 'FP32', shape: [1, 2], ...fields };
  }

  function answerWith(outputs: readonly object[]): Fault {
    return firstInfers(1, (_, response) => sendJson(response, { outputs }));
  }

  function answerBinary([first]: readonly object[], statedBytes: number, sentBytes: number): Fault {
    return firstInfers(1, (_, response) => {
      const json = Buffer.from(
        JSON.stringify({ outputs: [{ ...first, parameters: { binary_data_size: statedBytes } }] }),
      );
      response.setHeader('inference-header-content-length', json.length);
      response.end(Buffer.concat([json, Buffer.alloc(sentBytes)]));
    });
  }
});

describe('secrets', () => {
  it('are in no error, not even if the server repeats them', async () => {
    const fault: Fault = (request, response) => {
      sendJson(response, { error: `who is ${request.headers.authorization!}` }, 401);
      return true;
    };
    const server = await serve({}, { fault });
    const headers = { authorization: 'Bearer hunter22' };
    const error = await backendOf([server], { headers })
      .open(double)
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'BACKEND_UNAVAILABLE', details: { status: 401 } });
    expect(JSON.stringify(error)).toContain('401');
    expect(JSON.stringify(error)).not.toContain('hunter22');
  });
});
