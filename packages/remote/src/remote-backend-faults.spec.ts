import { describe, expect, it, vi } from 'vitest';
import { startOipServer, sendJson, type Fault } from '../test/oip-server.js';
import { backendOf, double, doubled, feeds } from '../test/remote-models.js';
import { firstInfers, isInfer, serve } from '../test/serve-double.js';

/** A loaded machine takes its time. */
const PATIENT = { timeout: 20_000 };

/** An address where nobody listens. */
async function findDeadUrl(): Promise<{ url: string }> {
  const server = await startOipServer({ models: {} });
  await server.close();
  return server;
}

describe('a server that is busy, slow or gone', () => {
  it('is asked again after 503 and 429, as late as it says', async () => {
    const busy = firstInfers(1, (_, response) => {
      response.setHeader('retry-after', '1');
      sendJson(response, { error: 'full' }, 503);
    });
    const server = await serve({}, { fault: busy });
    const session = await backendOf([server]).open(double);
    const start = performance.now();
    expect(await session.run(feeds)).toEqual(doubled);
    expect(performance.now() - start).toBeGreaterThan(990);
    expect(server.infers).toHaveLength(1);
  });

  it('is BUSY when it goes on, or asks for more patience than there is', async () => {
    let retryAfter = '0';
    const fault = firstInfers(Infinity, (_, response) => {
      response.setHeader('retry-after', retryAfter);
      sendJson(response, {}, 429);
    });
    const server = await serve({}, { fault });
    const session = await backendOf([server], { retries: 2 }).open(double);
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'BUSY', details: { status: 429 } });
    expect(server.asked.filter(({ path }) => path.endsWith('/infer'))).toHaveLength(3);
    retryAfter = '3600';
    await expect(session.run(feeds)).rejects.toMatchObject({
      code: 'BUSY',
      details: { retryAfterMs: expect.closeTo(60_000, -4) as number },
    });
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'BUSY' });
    expect(server.asked.filter(({ path }) => path.endsWith('/infer'))).toHaveLength(4);
  });

  it('is not asked again after another status, whose words it is given', async () => {
    const fault = firstInfers(1, (_, response) => sendJson(response, { error: 'CUDA out\n of memory' }, 500));
    const server = await serve({}, { fault });
    const session = await backendOf([server]).open(double);
    await expect(session.run(feeds)).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      message: expect.stringContaining('answered 500: CUDA out of memory') as string,
    });
    expect(server.asked.filter(({ path }) => path.endsWith('/infer'))).toHaveLength(1);
  });

  it.each([
    [502, 2],
    [504, 1],
  ])('behind a proxy that says %d is asked %d times', async (status, times) => {
    const fault = firstInfers(2, (_, response) => sendJson(response, {}, status));
    const server = await serve({}, { fault });
    const session = await backendOf([server]).open(double);
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'INFERENCE_FAILED', details: { status } });
    expect(server.asked.filter(({ path }) => path.endsWith('/infer'))).toHaveLength(times);
  });

  it('is asked once more when it cuts the connection, and then no more', async () => {
    let cuts = 1;
    const fault: Fault = (request, response) => {
      if (!isInfer(request) || cuts === 0) return false;
      cuts -= 1;
      response.destroy();
      return true;
    };
    const server = await serve({}, { fault });
    const session = await backendOf([server]).open(double);
    expect(await session.run(feeds)).toEqual(doubled);
    cuts = 5;
    await expect(session.run(feeds)).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      message: expect.stringContaining('cut the connection') as string,
    });
    expect(cuts).toBe(3);
  });

  it('has so long for an answer, and no longer', async () => {
    const server = await serve({}, { fault: firstInfers(1, () => undefined) });
    const session = await backendOf([server], { timeoutMs: 2_500 }).open(double);
    await expect(session.run(feeds)).rejects.toMatchObject({
      code: 'INFERENCE_FAILED',
      message: expect.stringContaining('no answer within 2500 ms') as string,
    });
    expect(await session.run(feeds)).toEqual(doubled);
  });

  it('hears that the asker has left', async () => {
    const controller = new AbortController();
    const reason = new Error('left');
    const hungUp = vi.fn();
    const fault = firstInfers(1, (request) => {
      request.socket.once('close', hungUp);
      controller.abort(reason);
    });
    const server = await serve({}, { fault });
    const session = await backendOf([server]).open(double);
    await expect(session.run(feeds, controller.signal)).rejects.toBe(reason);
    await vi.waitFor(() => expect(hungUp).toHaveBeenCalled(), PATIENT);
    expect(await session.run(feeds)).toEqual(doubled);
    await session.close();
  });

  it('that nobody can reach is BACKEND_UNAVAILABLE', async () => {
    const dead = await findDeadUrl();
    await expect(backendOf([dead]).open(double)).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining('cannot be reached (ECONNREFUSED)') as string,
    });
  });

  it('may come up while the model is opened', async () => {
    let refusals = 2;
    const fault: Fault = (_, response) => {
      if (refusals === 0) return false;
      refusals -= 1;
      sendJson(response, {}, 503);
      return true;
    };
    const session = await backendOf([await serve({}, { fault })]).open(double);
    expect(await session.run(feeds)).toEqual(doubled);
  });
});
