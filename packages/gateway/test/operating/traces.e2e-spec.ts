import { trace } from '@opentelemetry/api';
import {
  InMemorySpanExporter,
  NodeTracerProvider,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-node';
import { connectZoo, type Zoo } from '@medzoo/core';
import { createTestImage } from '@medzoo/core/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLogger, type RunningGateway, startGateway, ZooMonitor } from '../../src/index.js';
import { connectGateway } from '../connect-gateway.js';
import { createFakeZoo } from '../fake-zoo.js';
import { TEST_CONFIG } from '../start-main.js';
import { startTestGateway } from '../start-test-gateway.js';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${TRACE}-b7ad6b7169203331-01`;
const ANALYZE = `query ($id: ID!) {
  image(id: $id) { analyze(heads: [{ id: "test-masks" }, { id: "test-nan" }]) { __typename } }
}`;

function ask(url: string, id: string): Promise<unknown> {
  return fetch(new URL('graphql', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent },
    body: JSON.stringify({ query: ANALYZE, variables: { id } }),
  }).then((response) => response.json());
}

it("without an SDK nothing is recorded, the zoo gets the request's id, and logs the caller's trace", async () => {
  const zoo = createFakeZoo();
  const gateway = await startTestGateway({}, zoo);
  const { id } = await gateway.upload(await createTestImage());
  await gateway.query('query ($id: ID!) { image(id: $id) { analyze(heads: [{ id: "organs" }]) { __typename } } }', {
    id,
  });
  await gateway.get('/health', { traceparent });
  await gateway.get('/health', { traceparent: '00-DOE-JANE-01' });
  const ends = () =>
    gateway
      .log()
      .split('\n')
      .filter((line) => line.includes('"msg":"request"'));
  await expect.poll(() => ends().length).toBe(4);
  const lines = ends().map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(zoo.calls[0]!.options.trace).toBe(lines[1]!.requestId);
  expect(lines.map(({ traceId }) => traceId)).toEqual([undefined, undefined, TRACE, undefined]);
});

describe('with an SDK', () => {
  const exporter = new InMemorySpanExporter();
  const monitor = new ZooMonitor();
  let zoo: Zoo;
  let running: RunningGateway;
  let log = '';

  beforeAll(async () => {
    new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }).register();
    zoo = await connectZoo({ config: TEST_CONFIG, observer: monitor.observe });
    const logger = createLogger({ destination: { write: (line) => void (log += line) } });
    running = await startGateway(zoo, { port: 0, logger, monitor });
  });
  beforeEach(() => exporter.reset());
  afterAll(async () => {
    await running.close();
    await zoo.close();
    trace.disable();
  });

  it("one trace leads from the caller's to the runs in the child process", async () => {
    const image = await createTestImage({ seed: 9 });
    const { id } = await connectGateway(running.url).upload(image);
    await expect.poll(() => exporter.getFinishedSpans()).toHaveLength(1);
    exporter.reset();
    await ask(running.url, id);
    await expect.poll(() => exporter.getFinishedSpans().some(({ name }) => name === 'POST /graphql')).toBe(true);
    const spans = exporter.getFinishedSpans();
    const tree = (parent: string | undefined): unknown[] =>
      spans
        .filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent)
        .map((span) => [span.name, ...tree(span.spanContext().spanId)])
        .sort((a, b) => String(a).localeCompare(String(b)));
    expect(tree('b7ad6b7169203331')).toEqual([
      [
        'POST /graphql',
        [
          'medzoo.analyze',
          ['medzoo.wait'],
          ['medzoo.zoo', ['encoder test-encoder'], ['head test-masks'], ['head test-nan']],
        ],
      ],
    ]);
    expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([TRACE]));
    expect(log).toContain(`"traceId":"${TRACE}"`);

    const byName = (name: string): ReadableSpan => spans.find((span) => span.name === name)!;
    expect(byName('head test-nan').status).toMatchObject({ code: 2, message: 'INFERENCE_FAILED' });
    expect(byName('head test-masks').attributes).toMatchObject({ 'medzoo.provider': 'cpu', 'medzoo.batch': 1 });
    expect(byName('medzoo.zoo').attributes['medzoo.embeddings']).toEqual(['run']);
    expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toContain(id.slice(0, 8));
  });

  it('says of an analysis that failed with which code', async () => {
    const image = await createTestImage({ seed: 10 });
    const { id } = await connectGateway(running.url).upload(image.subarray(0, image.length / 2));
    const query = `query ($id: ID!) { image(id: $id) { analyze(heads: [{ id: "test-masks" }]) { __typename } } }`;
    await connectGateway(running.url).query(query, { id });
    const span = exporter.getFinishedSpans().find(({ name }) => name === 'medzoo.analyze');
    expect(span?.status).toMatchObject({ code: 2, message: 'INVALID_IMAGE' });
  });
});
