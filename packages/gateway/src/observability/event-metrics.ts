import type { ZooEvent } from '@medzoo/core';
import { Counter, Histogram, type Registry } from 'prom-client';

type EventOf<T extends ZooEvent['type']> = Extract<ZooEvent, { readonly type: T }>;
/** What is done about each of these events. */
type Observers<T extends ZooEvent['type']> = { readonly [Type in T]: (event: EventOf<Type>) => void };

/** From one tile of a GPU to a large model on one core. */
const RUN_SECONDS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const WAIT_SECONDS = [0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30];
const START_SECONDS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60];
const BATCH_SIZES = [1, 2, 4, 8, 16, 32, 64];

/**
 * Metrics of what a zoo tells. Labels are ids of the config, providers and closed sets: their number does not grow with
 * requests.
 */
export function createEventMetrics(registry: Registry): (event: ZooEvent) => void {
  const metrics = metricsIn(registry);
  const observe: Observers<ZooEvent['type']> = {
    ...observeCalls(metrics),
    ...observeRuns(metrics),
    ...observeModels(metrics),
    ...observeCaches(metrics),
    ...observeStarts(metrics),
    exit: () => undefined, // the monitor counts these
    analysis: () => undefined, // medzoo_stage_seconds has its time, by stage
  };
  return (event) => (observe[event.type] as (told: ZooEvent) => void)(event);
}

type Metrics = ReturnType<typeof metricsIn>;

function metricsIn(registry: Registry) {
  const registers = [registry];
  return {
    histogram: <L extends string>(name: string, help: string, labelNames: readonly L[], buckets: number[]) =>
      new Histogram({ name, help, labelNames, buckets, registers }),
    counter: <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
      new Counter({ name, help, labelNames, registers }),
  };
}

function observeCalls({ counter, histogram }: Metrics): Observers<'call' | 'wait'> {
  const calls = counter(
    'medzoo_calls_total',
    'Calls of the zoo, by how they ended: ok, ABORTED, or the code of the error.',
    ['priority', 'outcome'],
  );
  const waits = histogram(
    'medzoo_queue_wait_seconds',
    'How long calls waited for a process.',
    ['priority'],
    WAIT_SECONDS,
  );
  return {
    call: ({ priority, outcome }) => calls.inc({ priority, outcome }),
    wait: ({ priority, ms }) => waits.observe({ priority }, ms / 1000),
  };
}

function observeRuns({ counter, histogram }: Metrics): Observers<'run'> {
  const models = ['role', 'model', 'provider'] as const;
  const runs = histogram('medzoo_model_run_seconds', 'Duration of runs of a model.', models, RUN_SECONDS);
  const turns = histogram(
    'medzoo_model_wait_seconds',
    'How long runs of a model waited for their turn on the device.',
    models,
    WAIT_SECONDS,
  );
  const batches = histogram('medzoo_model_batch_size', 'Leading length of what a model was fed.', models, BATCH_SIZES);
  const failures = counter(
    'medzoo_model_run_failures_total',
    'Runs of a model that did not end well, by the code of the error.',
    [...models, 'outcome'],
  );
  return {
    run({ role, model, provider, batch, batchIndex, waitMs, ms, outcome }) {
      const labels = { role, model, provider };
      turns.observe(labels, waitMs / 1000);
      if (batchIndex > 0) return; // the same run, reported for another call of its batch
      if (outcome === 'ok') {
        runs.observe(labels, ms / 1000);
        batches.observe(labels, batch);
      } else failures.inc({ ...labels, outcome });
    },
  };
}

function observeModels({ counter, histogram }: Metrics): Observers<'open' | 'close'> {
  const opens = histogram(
    'medzoo_model_open_seconds',
    'How long loading a model took.',
    ['model', 'provider'],
    START_SECONDS,
  );
  const openFailures = counter('medzoo_model_open_failures_total', 'Models that could not be loaded.', [
    'model',
    'outcome',
  ]);
  const closes = counter(
    'medzoo_model_closes_total',
    'Models closed to make room for others within the memory budget.',
    ['model', 'provider'],
  );
  return {
    open({ model, provider, ms, outcome }) {
      if (provider === undefined) openFailures.inc({ model, outcome });
      else opens.observe({ model, provider }, ms / 1000);
    },
    close: ({ model, provider }) => closes.inc({ model, provider }),
  };
}

function observeCaches({ counter }: Metrics): Observers<'embedding' | 'answer' | 'eviction'> {
  const lookups = counter(
    'medzoo_embedding_lookups_total',
    'Embeddings that calls needed, by where they came from: the cache, a run shared with another call, or a run.',
    ['encoder', 'source'],
  );
  const answers = counter(
    'medzoo_answer_lookups_total',
    'Answers that calls needed, by where they came from: the cache, or a run of the head.',
    ['head', 'source'],
  );
  const evictions = counter('medzoo_embedding_evictions_total', 'Embeddings dropped from the cache to make room.', []);
  return {
    embedding: ({ encoder, source }) => lookups.inc({ encoder, source }),
    answer: ({ head, source }) => answers.inc({ head, source }),
    eviction: () => evictions.inc(),
  };
}

function observeStarts({ histogram }: Metrics): Observers<'start'> {
  const starts = histogram(
    'medzoo_zoo_start_seconds',
    'How long a process of the zoo took to be ready; the count is that of starts.',
    [],
    START_SECONDS,
  );
  return { start: ({ ms }) => starts.observe(ms / 1000) };
}
