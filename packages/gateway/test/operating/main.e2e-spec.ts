import { createServer } from 'node:http';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createTestImage } from '@medzoo/core/testing';
import sharp from 'sharp';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectGateway } from '../connect-gateway.js';
import { createFolder } from '../create-folder.js';
import { startMain, TEST_CONFIG } from '../start-main.js';

const ANALYZE = `query ($id: ID!, $heads: [HeadRequest!]!) {
  image(id: $id) {
    width
    height
    analyze(heads: $heads) {
      __typename
      ... on SegmentationAnswer { provenance { provider image { sha256 } cached } masks { label url rle { size } polygons { exterior } } }
      ... on ClassificationAnswer { label scores { probability } heatMap { url width height } }
      ... on HeadFailure { headId code retryable }
    }
  }
}`;

interface Analysis {
  readonly image: { readonly analyze: readonly Record<string, unknown>[] };
}

describe('medzoo-gateway, with a zoo in its own process', () => {
  it('answers soon, from upload to picture', async () => {
    const startedAt = performance.now();
    const url = await startMain(['--config', TEST_CONFIG]).url;
    expect(performance.now() - startedAt).toBeLessThan(15_000); // 5 s are promised; this machine may be busy
    const gateway = connectGateway(url);
    expect(await (await gateway.get('/ready')).json()).toEqual({ status: 'ready' });

    const { id } = await gateway.upload(await createTestImage({ width: 40, height: 30 }));
    const heads = [{ id: 'test-classes' }, { id: 'test-masks', params: { targets: ['left'] } }, { id: 'test-nan' }];
    const { data, errors } = await gateway.query<Analysis>(ANALYZE, { id, heads });
    expect(errors).toBeUndefined();
    const [classes, masks, failure] = data!.image.analyze;
    expect(classes).toMatchObject({ __typename: 'ClassificationAnswer', heatMap: { width: 2, height: 2 } });
    expect(masks).toMatchObject({
      provenance: { provider: 'cpu', image: { sha256: id } },
      masks: [{ label: 'left', rle: { size: [30, 40] } }],
    });
    expect(failure).toMatchObject({ __typename: 'HeadFailure', headId: 'test-nan', code: 'MODEL_MISMATCH' });

    const [{ url: maskUrl }] = masks!.masks as [{ readonly url: string }];
    const mask = await sharp(await (await gateway.get(maskUrl)).arrayBuffer()).metadata();
    expect(mask).toMatchObject({ format: 'png', width: 40, height: 30, space: 'b-w' });
    const { url: heatUrl } = classes!.heatMap as { readonly url: string };
    expect((await gateway.get(heatUrl)).status).toBe(200);
  });

  it('outlives a crash of the process that runs models, and tells of it', async () => {
    const gateway = connectGateway(await startMain(['--config', TEST_CONFIG], { MEDZOO_STANDBY: 'off' }).url);
    const { id } = await gateway.upload(await createTestImage());
    const heads = [{ id: 'test-crash', params: { how: 'SIGSEGV' } }];
    const crashed = gateway.query<Analysis>(ANALYZE, { id, heads });
    await expect.poll(async () => (await gateway.get('/ready')).status, { timeout: 10_000 }).toBe(503);
    expect((await crashed).errors).toMatchObject([{ extensions: { code: 'INFERENCE_FAILED', retryable: true } }]);
    await expect.poll(async () => (await gateway.get('/ready')).status, { timeout: 10_000 }).toBe(200);
    const { data } = await gateway.query<Analysis>(ANALYZE, { id, heads: [{ id: 'test-masks' }] });
    expect(data?.image.analyze).toMatchObject([{ __typename: 'SegmentationAnswer' }]);
    expect(await (await gateway.get('/metrics')).text()).toMatch(/medzoo_zoo_exits_total [12]\n/);

    const again = await gateway.query<Analysis>(ANALYZE, { id, heads });
    expect(again.errors).toMatchObject([
      {
        extensions: {
          code: 'IMAGE_QUARANTINED',
          details: { heads: ['test-crash'], retryAfterMs: expect.any(Number) as number },
        },
      },
    ]);
    const { data: told } = await gateway.query(
      '{ runtime { state queue { quarantined } processes { state crashes } } }',
    );
    expect(told).toEqual({
      runtime: { state: 'READY', queue: { quarantined: 1 }, processes: [{ state: 'UP', crashes: 2 }] },
    });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends on %s with what runs, and exits 0', async (signal) => {
    const main = startMain(['--config', TEST_CONFIG]);
    const gateway = connectGateway(await main.url);
    const { id } = await gateway.upload(await createTestImage());
    const running = gateway.query<Analysis>(ANALYZE, { id, heads: [{ id: 'test-slow', params: { rounds: 300_000 } }] });
    await expect
      .poll(async () => (await (await gateway.get('/metrics')).text()).includes('route="/images"'))
      .toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const signalledAt = performance.now();
    main.kill(signal);
    expect((await running).data?.image.analyze).toMatchObject([{ __typename: 'ClassificationAnswer' }]);
    expect(await main.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - signalledAt).toBeLessThan(10_000);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('ends on %s while models are opened, and exits 0', async (signal) => {
    const place = join(createFolder(), 'started');
    const config = `${place}.config.mjs`;
    await writeFile(
      config,
      `import { writeFileSync } from 'node:fs';
      writeFileSync(${JSON.stringify(place)}, '');
      setInterval(() => undefined, 1000);
      await new Promise(() => undefined);`,
    );
    const main = startMain(['--config', config]);
    await expect.poll(() => existsSync(place), { timeout: 10_000 }).toBe(true);
    main.kill(signal);
    expect(await main.ended).toEqual({ code: 0, signal: null }); // and so has the zoo's process
    expect(main.output()).toContain('"stopped"');
  });

  it('answers where nobody reads its words', async () => {
    const main = startMain(['--config', TEST_CONFIG]);
    main.stopReading();
    await expect.poll(main.output, { timeout: 15_000 }).toContain('"ready"');
    const [, url] = /"url":"([^"]+)"/.exec(main.output())!;
    expect((await connectGateway(url!).get('/health')).status).toBe(200);
  });

  it('ends at once on a second signal', async () => {
    const main = startMain(['--config', TEST_CONFIG]);
    const gateway = connectGateway(await main.url);
    const { id } = await gateway.upload(await createTestImage());
    const running = gateway.query(ANALYZE, { id, heads: [{ id: 'test-slow', params: { rounds: 3_000_000 } }] });
    const hungUp = expect(running).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 200));
    main.kill('SIGTERM');
    await expect.poll(main.output).toContain('running requests may finish');
    main.kill('SIGTERM');
    expect(await main.ended).toEqual({ code: 143, signal: null });
    await hungUp;
  });

  it('keeps to its grace where a model does not end', async () => {
    const main = startMain(['--config', TEST_CONFIG]);
    const gateway = connectGateway(await main.url);
    const { id } = await gateway.upload(await createTestImage());
    const running = gateway.query(ANALYZE, { id, heads: [{ id: 'test-slow', params: { rounds: 30_000_000 } }] });
    const hungUp = expect(running).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 300));
    const signalledAt = performance.now();
    main.kill('SIGTERM');
    expect(await main.ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - signalledAt).toBeLessThan(10_000);
    await hungUp;
  });
});

describe('medzoo-gateway says what is wrong and exits 1', () => {
  it.each([
    ['no config', ['--config', 'nowhere.mjs'], {}, /There is no config file .*nowhere\.mjs\. Write one/],
    ['an unknown option', ['--prot', '1'], {}, /There is no option --prot\. .* Did you mean "--port"\?/],
    [
      'an address of another machine',
      ['--config', TEST_CONFIG, '--host', '192.0.2.1'],
      {},
      /no address 192\.0\.2\.1 to/,
    ],
    ['a wrong variable', ['--config', TEST_CONFIG], { MEDZOO_MAX_UPLOADS: 'many' }, /MEDZOO_MAX_UPLOADS/],
  ])('%s', async (_what, args, env, words) => {
    const main = startMain(args, env);
    expect(await main.ended).toEqual({ code: 1, signal: null });
    expect(main.output()).toMatch(words);
    expect(main.output()).not.toContain('    at ');
  });

  it('a port in use, and leaves no process behind', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const main = startMain(['--config', TEST_CONFIG, '--port', String(port)]);
    expect(await main.ended).toEqual({ code: 1, signal: null });
    expect(main.output()).toContain(
      `Port ${port} of 127.0.0.1 is taken by another program. Choose another with --port N.`,
    );
  });
});
