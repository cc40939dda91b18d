import { backendOf, double, doubled, feeds, runDouble, runNan, runTypes } from '../../test/remote-models.js';
import { serve } from '../../test/serve-double-grpc.js';
import { Metadata } from '@grpc/grpc-js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { busy, startOipGrpcServer, Status } from '../../test/oip-grpc-server.js';
import { startOipServer } from '../../test/oip-server.js';
import type { ModelSpec } from '@medzoo/core/contract';
import { TEST_MODELS, testBackend } from '@medzoo/core/testing';
import { createRemoteBackend } from '../remote-backend.js';

const { types, nan } = TEST_MODELS;

describe.each([false, true])('a server of gRPC, outputs as lists: %s', (isTyped) => {
  const modelName = ({ url }: ModelSpec) => (url === nan.url ? 'nan' : 'types');
  testBackend(
    async () => {
      const models = { types: { spec: types, run: runTypes }, nan: { spec: nan, run: runNan } };
      const server = await startOipGrpcServer({ models, isTyped });
      onTestFinished(server.close);
      return createRemoteBackend({ urls: [server.url], modelName });
    },
    { it },
  );

  it('carries the ends of every element type', async () => {
    const server = await startOipGrpcServer({ models: { types: { spec: types, run: runTypes } }, isTyped });
    onTestFinished(server.close);
    const session = await createRemoteBackend({ urls: [server.url], modelName }).open(types);
    const longs = { dtype: 'int64', shape: [2], data: BigInt64Array.of(-(2n ** 63n), 2n ** 63n - 1n) } as const;
    const bytes = { dtype: 'uint8', shape: [2], data: Uint8Array.of(0, 255) } as const;
    const floats = { dtype: 'float32', shape: [2], data: Float32Array.of(0.1, -3e-38) } as const;
    const outputs = await session.run({ floats, bytes, longs });
    expect(outputs).toEqual(runTypes({ floats, bytes, longs }));
    expect(session.provider).toBe('remote:fake');
  });
});

describe('a model on a server of gRPC', () => {
  it.each(['text', 'message', undefined] as const)(
    'states its digest, in its metadata (%s) or its configuration',
    async (properties) => {
      const right = await serve({}, { ...(properties && { properties }) });
      expect(await (await backendOf([right]).open(double)).run(feeds)).toEqual(doubled);
      const wrong = await serve({ parameters: { sha256: 'e'.repeat(64) } }, { ...(properties && { properties }) });
      await expect(backendOf([wrong]).open(double)).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
    },
  );

  it('is refused if it states none, or its tensors are others', async () => {
    const silent = await serve({ parameters: {} }, { properties: 'text' });
    await expect(backendOf([silent]).open(double)).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
    await backendOf([silent], { requireDigest: false }).open(double);
    const other = await serve({ spec: { ...double, outputs: [{ name: 'y', dtype: 'uint8', shape: ['n', 3] }] } });
    await expect(backendOf([other]).open(double)).rejects.toMatchObject({
      code: 'MODEL_MISMATCH',
      message: expect.stringMatching(/declared as y float32 \[n, 2\], found y uint8 \[free, 3\]/) as string,
    });
  });

  it('is loaded and unloaded as far as that is allowed', async () => {
    const server = await serve({ isLoaded: false });
    await expect(backendOf([server]).open(double)).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('has no model "double" ready') as string,
    });
    const session = await backendOf([server], { loading: 'load-and-unload' }).open(double);
    expect(await session.run(feeds)).toEqual(doubled);
    await session.close();
    expect(server.changes).toEqual(['load double', 'unload double']);
  });

  it('is loaded again where it was unloaded meanwhile', async () => {
    const server = await serve();
    const session = await backendOf([server], { loading: 'load' }).open(double);
    server.model.isLoaded = false;
    expect(await session.run(feeds)).toEqual(doubled);
    expect(server.changes).toEqual(['load double']);
  });
});

describe('a call', () => {
  it('brings the headers, and says none of them in an error', async () => {
    const server = await serve(
      {},
      { fault: (_method, _call, answer) => (answer(new Status(7, 'no: Bearer hunter22')), true) },
    );
    const backend = backendOf([server], { headers: () => ({ authorization: 'Bearer hunter22', 'X-Site': 'a' }) });
    const error = await backend.open(double).catch((fault: unknown) => fault);
    expect(server.headers[0]).toMatchObject({ authorization: 'Bearer hunter22', 'x-site': 'a' });
    expect(error).toMatchObject({ code: 'BACKEND_UNAVAILABLE', details: { status: 403 } });
    expect(String(error)).toMatch(/answered no: \*\*\*$/);
    const odd = backendOf([server], { headers: { 'x!y': 'hunter22' } });
    await expect(odd.open(double)).rejects.toThrow(/"x!y" of the remote backend is none that gRPC can carry/);
  });

  it.each([false, true])(
    'is made again to a busy server, and is BUSY in the end; its headers come before: %s',
    async (areHeadersFirst) => {
      let refusals = 2;
      const server = await serve(
        {},
        {
          fault(method, call, answer) {
            if (method !== 'ModelInfer' || refusals === 0) return false;
            refusals -= 1;
            if (areHeadersFirst) call.sendMetadata(new Metadata());
            answer(busy());
            return true;
          },
        },
      );
      const session = await backendOf([server]).open(double);
      expect(await session.run(feeds)).toEqual(doubled);
      refusals = 99;
      await expect(session.run(feeds)).rejects.toMatchObject({
        code: 'BUSY',
        message: expect.stringContaining('is busy, it answered the queue is full') as string,
      });
    },
  );

  it('that fails for good is not made again', async () => {
    let calls = 0;
    const server = await serve(
      {},
      {
        fault(method, _call, answer) {
          if (method !== 'ModelInfer') return false;
          calls += 1;
          answer(new Status(13, 'no memory'));
          return true;
        },
      },
    );
    const session = await backendOf([server]).open(double);
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'INFERENCE_FAILED', details: { status: 500 } });
    expect(calls).toBe(1);
  });

  it('has so long, and is given up when its asker leaves', async () => {
    const left = vi.fn();
    const server = await serve(
      {},
      {
        fault(method, call) {
          if (method !== 'ModelInfer') return false;
          call.on('cancelled', left);
          return true;
        },
      },
    );
    const session = await backendOf([server], { timeoutMs: 500 }).open(double);
    await expect(session.run(feeds)).rejects.toThrow(/gave no answer within 500 ms/);
    const asker = new AbortController();
    const run = session.run(feeds, asker.signal);
    setTimeout(() => asker.abort(new Error('gone')), 50);
    await expect(run).rejects.toThrow('gone');
    await vi.waitFor(() => expect(left).toHaveBeenCalledTimes(2));
  });

  it('goes to another server while one is away, of whatever protocol, and back', async () => {
    const first = await serve();
    const second = await startOipServer({
      models: { double: { spec: double, run: runDouble, parameters: { sha256: double.sha256 } } },
    });
    onTestFinished(second.close);
    const session = await backendOf([first, second]).open(double);
    first.close();
    for (let run = 0; run < 6; run += 1) expect(await session.run(feeds)).toEqual(doubled);
    expect(second.infers.length).toBeGreaterThanOrEqual(5);
    const again = await serve({}, { port: first.port });
    await vi.waitFor(
      async () => {
        await session.run(feeds);
        expect(again.infers.length).toBeGreaterThan(0);
      },
      { timeout: 10_000, interval: 100 },
    );
  });

  it('finds the server that comes back on its address', async () => {
    const first = await serve();
    const session = await backendOf([first], { retries: 0 }).open(double);
    first.close();
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'INFERENCE_FAILED' });
    await serve({}, { port: first.port });
    await vi.waitFor(async () => expect(await session.run(feeds)).toEqual(doubled), { timeout: 10_000, interval: 100 });
  });
});
