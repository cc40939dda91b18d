import { createZoo } from '@medzoo/core';
import { createFakeBackend, createTestImage, testClasses, testMasks } from '@medzoo/core/testing';
import { expect, it, onTestFinished } from 'vitest';
import { createLogger, startGateway, ZooMonitor } from '../../src/index.js';
import { connectGateway } from '../connect-gateway.js';
import { createFakeZoo } from '../fake-zoo.js';

const ANALYZE = `query ($id: ID!, $params: JSONObject) {
  image(id: $id) { analyze(heads: [{ id: "test-masks", params: $params }]) { __typename } }
}`;

/** Lines of /metrics without comments, buckets and times. */
async function start() {
  const monitor = new ZooMonitor();
  const heads = [testMasks, testClasses] as const;
  const zoo = await createZoo({ heads, backend: createFakeBackend(), warmUp: true, observer: monitor.observe });
  const logger = createLogger({ level: 'silent' });
  const running = await startGateway(zoo, { port: 0, logger, monitor });
  onTestFinished(() => running.close());
  const gateway = connectGateway(running.url);
  const read = async (): Promise<string[]> => {
    const text = await (await gateway.get('/metrics')).text();
    return text.split('\n').filter((line) => line.startsWith('medzoo_') && !/_bucket|_sum/.test(line));
  };
  return { monitor, gateway, read };
}

it('metrics have what the zoo tells, from before the gateway was there on', async () => {
  const { monitor, gateway, read } = await start();
  const { id } = await gateway.upload(await createTestImage());
  await gateway.query(ANALYZE, { id });
  await gateway.query(ANALYZE, { id }); // the same: it takes no run
  await gateway.query(ANALYZE, { id, params: { threshold: 0.4 } });
  const head = 'role="head",model="test-masks",provider="fake"';
  expect(await read()).toEqual(
    expect.arrayContaining([
      'medzoo_model_open_seconds_count{model="test-encoder",provider="fake"} 1',
      'medzoo_model_run_seconds_count{role="encoder",model="test-encoder",provider="fake"} 1',
      `medzoo_model_run_seconds_count{${head}} 2`,
      `medzoo_model_wait_seconds_count{${head}} 2`,
      `medzoo_model_batch_size_count{${head}} 2`,
      'medzoo_embedding_lookups_total{encoder="test-encoder",source="run"} 1',
      'medzoo_embedding_lookups_total{encoder="test-encoder",source="cache"} 1',
      'medzoo_answer_lookups_total{head="test-masks",source="run"} 2',
      'medzoo_answer_lookups_total{head="test-masks",source="cache"} 1',
      'medzoo_embedding_evictions_total 0',
    ]),
  );

  const lasting = { startedAt: Date.now(), ms: 20 };
  monitor.observe({ type: 'start', ...lasting });
  monitor.observe({ type: 'wait', ...lasting, priority: 'batch' });
  monitor.observe({ type: 'call', ...lasting, priority: 'batch', outcome: 'ABORTED' });
  monitor.observe({ type: 'eviction', bytes: 7 });
  monitor.observe({ type: 'exit', cause: 'crashed' });
  monitor.observe({ type: 'exit', cause: 'cancelled' });
  monitor.observe({ type: 'exit', cause: 'recycled' });
  monitor.observe({ type: 'close', ...lasting, model: 'test-masks', provider: 'cpu', bytes: 7 });
  monitor.observe({ type: 'open', ...lasting, model: 'test-masks', outcome: 'WEIGHTS_CORRUPT' });
  const run = { role: 'head', model: 'test-masks', provider: 'fake', batch: 2, waitMs: 0 } as const;
  for (const batchIndex of [0, 1])
    monitor.observe({ type: 'run', ...lasting, ...run, batchIndex, outcome: 'INFERENCE_FAILED' });
  for (const batchIndex of [0, 1]) monitor.observe({ type: 'run', ...lasting, ...run, batchIndex, outcome: 'ok' });
  expect(await read()).toEqual(
    expect.arrayContaining([
      'medzoo_zoo_start_seconds_count 1',
      'medzoo_queue_wait_seconds_count{priority="batch"} 1',
      'medzoo_calls_total{priority="batch",outcome="ABORTED"} 1',
      'medzoo_embedding_evictions_total 1',
      'medzoo_zoo_exits_total 1',
      'medzoo_zoo_cancels_total 1',
      'medzoo_zoo_recycles_total 1',
      'medzoo_model_closes_total{model="test-masks",provider="cpu"} 1',
      'medzoo_model_open_failures_total{model="test-masks",outcome="WEIGHTS_CORRUPT"} 1',
      `medzoo_model_run_failures_total{${head},outcome="INFERENCE_FAILED"} 1`,
      // What ran together is one run; each asker waited for it.
      `medzoo_model_run_seconds_count{${head}} 3`,
      `medzoo_model_batch_size_count{${head}} 3`,
      `medzoo_model_wait_seconds_count{${head}} 6`,
    ]),
  );
});

it('metrics have what models take of each device, and what they may', async () => {
  const running = await startGateway(createFakeZoo(), { port: 0, logger: createLogger({ level: 'silent' }) });
  onTestFinished(() => running.close());
  const text = await (await connectGateway(running.url).get('/metrics')).text();
  for (const line of [
    'medzoo_model_memory_bytes{process="0",device="cpu"} 4294967296',
    'medzoo_model_memory_budget_bytes{process="0",device="cpu"} 8589934592',
    'medzoo_model_memory_budget_bytes{process="0",device="cuda:0"} +Inf',
    'medzoo_model_memory_unreturned_bytes{process="0",device="cuda:0"} 7',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
});

it('the number of series does not grow with images, and none is named after one', async () => {
  const { gateway, read } = await start();
  const ask = async (seed: number): Promise<string> => {
    const { id } = await gateway.upload(await createTestImage({ seed }));
    await gateway.query(ANALYZE, { id });
    return id;
  };
  const names = (lines: readonly string[]) => lines.map((line) => line.slice(0, line.lastIndexOf(' ')));
  const ids = [await ask(1), await ask(2)];
  await read(); // which adds the series of /metrics itself
  const before = names(await read());
  ids.push(...(await Promise.all([3, 4, 5, 6].map(ask))));
  expect(names(await read())).toEqual(before);
  for (const id of ids) expect(before.join()).not.toContain(id.slice(0, 8));
});
