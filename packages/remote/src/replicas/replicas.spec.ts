import { backendOf, double, doubled, feeds, runDouble } from '../../test/remote-models.js';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startOipServer, sendJson, type Fault, type OipModel, type OipOptions } from '../../test/oip-server.js';

/** A loaded machine takes its time. */
const PATIENT = { timeout: 20_000 };

async function serve(model: Partial<OipModel> = {}, options: Partial<OipOptions> = {}) {
  const parameters = { sha256: double.sha256 };
  const model_: OipModel = { spec: double, run: runDouble, parameters, ...model };
  const server = await startOipServer({ models: { double: model_ }, ...options });
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (!isClosed) await server.close();
    isClosed = true;
  };
  onTestFinished(close);
  return { ...server, close, model: model_ };
}

function catchWarnings() {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  onTestFinished(() => warn.mockRestore());
  return () => warn.mock.calls.map(([warning]) => String(warning));
}

describe('several servers', () => {
  it('take turns, and the one with less to do is asked', async () => {
    const held: (() => void)[] = [];
    const slow: Fault = async (request) => {
      if (request.url!.endsWith('/infer')) await new Promise<void>((resolve) => held.push(resolve));
      return false;
    };
    const [first, second] = [await serve({}, { fault: slow }), await serve()];
    const session = await backendOf([first, second]).open(double);
    const runs = Array.from({ length: 6 }, () => session.run(feeds));
    await vi.waitFor(() => expect(second.infers.length + held.length).toBe(6), PATIENT);
    expect(held).toHaveLength(3);
    for (let index = 0; index < 4; index += 1) expect(await session.run(feeds)).toEqual(doubled);
    expect(held).toHaveLength(3);
    held.forEach((release) => release());
    expect(await Promise.all(runs)).toEqual(runs.map(() => doubled));
  });

  it('answer for one that is down, which is left out and told of', async () => {
    const warnings = catchWarnings();
    const [first, second] = [await serve(), await serve()];
    await first.close();
    const session = await backendOf([first, second]).open(double);
    for (let index = 0; index < 4; index += 1) expect(await session.run(feeds)).toEqual(doubled);
    expect(second.infers).toHaveLength(4);
    expect(warnings()).toEqual([expect.stringMatching(/fewer servers .* cannot be reached \(ECONNREFUSED\)/)]);
  });

  it('answer for one that dies meanwhile', async () => {
    const [first, second] = [await serve(), await serve()];
    const session = await backendOf([first, second]).open(double);
    for (let index = 0; index < 4; index += 1) await session.run(feeds);
    expect(first.infers).toHaveLength(2);
    await first.close();
    for (let index = 0; index < 4; index += 1) expect(await session.run(feeds)).toEqual(doubled);
  });

  it('answer for one that is busy, at once', async () => {
    const busy: Fault = (request, response) => {
      if (!request.url!.endsWith('/infer')) return false;
      response.setHeader('retry-after', '3600');
      sendJson(response, {}, 503);
      return true;
    };
    const [first, second] = [await serve({}, { fault: busy }), await serve()];
    const session = await backendOf([first, second]).open(double);
    for (let index = 0; index < 4; index += 1) expect(await session.run(feeds)).toEqual(doubled);
    expect(second.infers).toHaveLength(4);
    expect(first.asked.filter(({ path }) => path.endsWith('/infer')).length).toBeLessThanOrEqual(1);
  });

  it.each(['100000', '9'.repeat(400), new Date(253402300799000).toUTCString()])(
    'get work again after a minute, even from one that asked for Retry-After: %s',
    async (retryAfter) => {
      let isBusy = true;
      const busy: Fault = (request, response) => {
        if (!isBusy || !request.url!.endsWith('/infer')) return false;
        response.setHeader('retry-after', retryAfter);
        sendJson(response, {}, 503);
        return true;
      };
      const [first, second] = [await serve({}, { fault: busy }), await serve()];
      vi.useFakeTimers({ toFake: ['performance'] });
      onTestFinished(() => void vi.useRealTimers());
      const session = await backendOf([first, second]).open(double);
      for (let index = 0; index < 4; index += 1) expect(await session.run(feeds)).toEqual(doubled);
      expect(first.infers).toHaveLength(0);
      isBusy = false;
      vi.advanceTimersByTime(61_000);
      for (let index = 0; index < 4; index += 1) expect(await session.run(feeds)).toEqual(doubled);
      expect(first.infers.length).toBeGreaterThan(0);
    },
  );

  it('are all held to the declaration', async () => {
    const other = await serve({ parameters: { sha256: 'e'.repeat(64) } });
    await expect(backendOf([await serve(), other]).open(double)).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
  });

  it('are checked again after they were away: one that came back with another model gets no work', async () => {
    const warnings = catchWarnings();
    let isDown = true;
    const down: Fault = (_, response) => {
      if (isDown) response.destroy();
      return isDown;
    };
    const first = await serve({ parameters: { sha256: 'e'.repeat(64) } }, { fault: down });
    const second = await serve();
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const session = await backendOf([first, second]).open(double);
    isDown = false;
    vi.advanceTimersByTime(2_000);
    for (let index = 0; index < 4; index += 1) expect(await session.run(feeds)).toEqual(doubled);
    await vi.waitFor(() => expect(warnings().at(-1)).toMatch(/not the declared one/), PATIENT);
    expect(first.infers).toHaveLength(0);
    expect(second.infers).toHaveLength(4);
  });

  it('get work again once they are back', async () => {
    let isDown = false;
    const down: Fault = (_, response) => {
      if (isDown) response.destroy();
      return isDown;
    };
    const first = await serve({}, { fault: down });
    const second = await serve();
    vi.useFakeTimers({ toFake: ['performance'] });
    onTestFinished(() => void vi.useRealTimers());
    const session = await backendOf([first, second]).open(double);
    isDown = true;
    for (let index = 0; index < 4; index += 1) expect(await session.run(feeds)).toEqual(doubled);
    expect(first.infers).toHaveLength(0);
    isDown = false;
    vi.advanceTimersByTime(40_000);
    await vi.waitFor(async () => {
      expect(await session.run(feeds)).toEqual(doubled);
      expect(first.infers.length).toBeGreaterThan(0);
    }, PATIENT);
  });
});

describe('loading', () => {
  it('is the operator’s, if nothing is said', async () => {
    const server = await serve({ isLoaded: false });
    await expect(backendOf([server]).open(double)).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      message: expect.stringContaining("set loading: 'load'") as string,
    });
    expect(server.changes).toEqual([]);
  });

  it('brings a model to every server that lacks it, and leaves it there', async () => {
    const servers = [await serve({ isLoaded: false }), await serve()];
    const session = await backendOf(servers, { loading: 'load' }).open(double);
    expect(await session.run(feeds)).toEqual(doubled);
    await session.close();
    expect(servers.map(({ changes }) => changes)).toEqual([['load double'], []]);
  });

  it('is undone by the last session that needs the model, and only where it was done', async () => {
    const servers = [await serve({ isLoaded: false }), await serve()];
    const backend = backendOf(servers, { loading: 'load-and-unload' });
    const [first, second] = await Promise.all([backend.open(double), backend.open(double)]);
    expect(servers[0]!.changes).toEqual(['load double']);
    await Promise.all([first.close(), first.close()]);
    expect(await second.run(feeds)).toEqual(doubled);
    await second.close();
    expect(servers.map(({ changes }) => changes)).toEqual([['load double', 'unload double'], []]);
    const third = await backend.open(double);
    expect(await third.run(feeds)).toEqual(doubled);
    await third.close();
    expect(servers[0]!.changes).toEqual(['load double', 'unload double', 'load double', 'unload double']);
  });

  it('does not take away a model from one who opens while another closes', async () => {
    const server = await serve({ isLoaded: false });
    const backend = backendOf([server], { loading: 'load-and-unload' });
    const first = await backend.open(double);
    const [, second] = await Promise.all([first.close(), backend.open(double)]);
    expect(await second.run(feeds)).toEqual(doubled);
    await second.close();
    expect(server.model.isLoaded).toBe(false);
  });

  it('is undone if the asker has left meanwhile, or the model is not the declared one', async () => {
    const server = await serve({ isLoaded: false });
    const backend = backendOf([server], { loading: 'load-and-unload' });
    const controller = new AbortController();
    const opening = backend.open(double, controller.signal);
    controller.abort(new Error('left'));
    await expect(opening).rejects.toThrow('left');
    await vi.waitFor(() => expect(server.changes).toEqual(['load double', 'unload double']), PATIENT);

    const other = { ...double, sha256: 'e'.repeat(64) };
    await expect(backend.open(other)).rejects.toMatchObject({ code: 'WEIGHTS_CORRUPT' });
    await vi.waitFor(() => expect(server.changes.slice(2)).toEqual(['load double', 'unload double']), PATIENT);
  });

  it('is repeated when somebody else unloaded the model', async () => {
    const server = await serve();
    const session = await backendOf([server], { loading: 'load' }).open(double);
    server.model.isLoaded = false;
    expect(await session.run(feeds)).toEqual(doubled);
    expect(server.changes).toEqual(['load double']);
  });

  it('is not, where it is the operator’s: the run fails', async () => {
    const server = await serve();
    const session = await backendOf([server]).open(double);
    server.model.isLoaded = false;
    await expect(session.run(feeds)).rejects.toMatchObject({ code: 'BACKEND_UNAVAILABLE' });
  });

  it('that cannot be undone is told of, and closes', async () => {
    const warnings = catchWarnings();
    let isForbidden = false;
    const fault: Fault = (request, response) => {
      isForbidden = request.url!.endsWith('/unload');
      if (isForbidden) sendJson(response, { error: 'polling is enabled' }, 400);
      return isForbidden;
    };
    const server = await serve({ isLoaded: false }, { fault });
    const session = await backendOf([server], { loading: 'load-and-unload' }).open(double);
    await session.close();
    expect(warnings()).toEqual([expect.stringContaining('polling is enabled')]);
  });
});
