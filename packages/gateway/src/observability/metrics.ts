import type { Answer, DeviceMemory, Outcome, Zoo } from '@medzoo/core';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { inject, injectable } from 'tsyringe';
import type { ImageStore } from '../images/image-store.js';
import { IMAGES, MONITOR, ZOO } from '../injection.js';
import type { ZooMonitor } from '../zoo-monitor.js';
import { createEventMetrics } from './event-metrics.js';

/** One request as the client sees it. */
export interface MeasuredRequest {
  readonly method: string;
  /** The pattern, such as /images/:id: the ids themselves would make a time series each. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** What Prometheus reads, in a registry of this gateway's own. */
@injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly #requests = new Histogram({
    name: 'medzoo_http_request_seconds',
    help: 'Duration of HTTP requests.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
    registers: [this.registry],
  });

  readonly #headRuns = new Counter({
    name: 'medzoo_head_runs_total',
    help: 'Answers of heads, also those at hand, by how they ended: ok, or the code of the error.',
    labelNames: ['head', 'outcome'],
    registers: [this.registry],
  });

  readonly #embeddings = new Counter({
    name: 'medzoo_embeddings_total',
    help: 'Where the embedding of an answer came from: the cache (or a run shared with others), or an own run.',
    labelNames: ['source'],
    registers: [this.registry],
  });

  readonly #stages = new Histogram({
    name: 'medzoo_stage_seconds',
    help: 'Duration of the stages of an answer; stages that were not needed are left out.',
    labelNames: ['stage'],
    buckets: [0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers: [this.registry],
  });

  constructor(@inject(IMAGES) images: ImageStore, @inject(MONITOR) monitor: ZooMonitor, @inject(ZOO) zoo: Zoo) {
    collectDefaultMetrics({ register: this.registry });
    monitor.listen(createEventMetrics(this.registry));
    new Gauge({
      name: 'medzoo_stored_image_bytes',
      help: 'Bytes of the stored images.',
      registers: [this.registry],
      collect() {
        this.set(images.storedBytes);
      },
    });
    this.#addGauge('medzoo_stored_images', 'Stored images.', () => images.storedImages);
    new Counter({
      name: 'medzoo_zoo_exits_total',
      help: 'How often a process of the zoo ended without being told to, and was replaced.',
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(monitor.exits);
      },
    });
    new Counter({
      name: 'medzoo_zoo_cancels_total',
      help: 'How often a process of the zoo was replaced because what it was at had been cancelled.',
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(monitor.cancels);
      },
    });
    new Counter({
      name: 'medzoo_zoo_recycles_total',
      help:
        'How often a process of the zoo was replaced because models that it had closed did not give their memory ' +
        'back.',
      registers: [this.registry],
      collect() {
        this.reset();
        this.inc(monitor.recycles);
      },
    });
    this.#addGauge('medzoo_zoo_pending_calls', 'Calls that wait for the zoo or are with it.', () => {
      return zoo.runtime().queue.pending;
    });
    this.#addGauge('medzoo_zoo_quarantined_images', 'Images that are refused for a while.', () => {
      return zoo.runtime().queue.quarantined;
    });
    this.#addGauge('medzoo_zoo_processes_up', 'Processes of the zoo that answer.', () => {
      return zoo.runtime().processes.filter(({ state }) => state === 'up').length;
    });
    new Gauge({
      name: 'medzoo_zoo_resident_memory_bytes',
      help: 'Resident memory of each process of the zoo, by its place.',
      labelNames: ['process'],
      registers: [this.registry],
      collect() {
        this.reset();
        zoo.runtime().processes.forEach(({ rssBytes }, process) => this.set({ process }, rssBytes));
      },
    });
    const memory = 'medzoo_model_memory';
    this.#addMemory(zoo, `${memory}_bytes`, 'What open models take, measured or declared.', (one) => one.modelBytes);
    this.#addMemory(zoo, `${memory}_budget_bytes`, 'What models may take.', (one) => one.budgetBytes);
    this.#addMemory(zoo, `${memory}_unreturned_bytes`, 'What closed models did not give back.', (one) => {
      return one.unreturnedBytes;
    });
  }

  #addMemory(zoo: Zoo, name: string, help: string, read: (memory: DeviceMemory) => number | null): void {
    const collect = function (this: Gauge<'process' | 'device'>): void {
      this.reset();
      zoo.runtime().processes.forEach(({ memory }, process) => {
        for (const one of memory) this.set({ process, device: one.device }, read(one) ?? Infinity);
      });
    };
    new Gauge({ name, help, labelNames: ['process', 'device'], registers: [this.registry], collect });
  }

  #addGauge(name: string, help: string, read: () => number): void {
    const collect = function (this: Gauge): void {
      this.set(read());
    };
    new Gauge({ name, help, registers: [this.registry], collect });
  }

  observeRequest({ method, route, status, seconds }: MeasuredRequest): void {
    this.#requests.observe({ method, route, status }, seconds);
  }

  countHeadRun(head: string, outcome: Outcome<Answer>): void {
    this.#headRuns.inc({ head, outcome: outcome.ok ? 'ok' : outcome.error.code });
    if (!outcome.provenance) return;
    const { cached, timingsMs } = outcome.provenance;
    this.#embeddings.inc({ source: cached ? 'cache' : 'run' });
    for (const [stage, ms] of Object.entries(timingsMs)) {
      if (ms > 0) this.#stages.observe({ stage }, ms / 1000);
    }
  }
}
