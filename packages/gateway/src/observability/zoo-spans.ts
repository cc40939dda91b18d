import { context, type Context, type Span, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api';
import { isZooError, type Lasting, type ZooEvent } from '@medzoo/core';
import { inject, injectable } from 'tsyringe';
import { MONITOR } from '../injection.js';
import type { ZooMonitor } from '../zoo-monitor.js';
import { currentRequest } from './current-request.js';

type Traced = Exclude<ZooEvent, { readonly type: 'start' | 'exit' | 'eviction' | 'open' | 'close' }>;

/**
 * Spans of what the zoo does for a request: the analysis, its wait, the zoo's own share in its process, and each run of
 * a model there. The zoo tells what it did with the trace that it was given; the spans are made of that when the answer
 * is there.
 */
@injectable()
export class ZooSpans {
  readonly #tracer: Tracer = trace.getTracer('medzoo');
  readonly #told = new Map<string, Traced[]>();

  constructor(@inject(MONITOR) monitor: ZooMonitor) {
    monitor.listen((event) => {
      if ('trace' in event) this.#told.get(event.trace)?.push(event);
    });
  }

  /**
   * Runs an analysis, which is to hand its argument to the zoo as `trace`. Without anybody who records, that is the
   * request's id.
   */
  async record<T>(heads: number, analyze: (of: { readonly trace?: string }) => Promise<T>): Promise<T> {
    const request = currentRequest();
    const parent = trace.getActiveSpan() ? context.active() : (request?.context ?? context.active());
    const span = this.#tracer.startSpan('medzoo.analyze', { attributes: { 'medzoo.heads': heads } }, parent);
    if (!span.isRecording()) return analyze(request ? { trace: request.id } : {});
    const own = trace.setSpan(parent, span);
    const traceparent = traceparentOf(span);
    const told: Traced[] = [];
    this.#told.set(traceparent, told);
    try {
      return await context.with(own, () => analyze({ trace: traceparent }));
    } catch (error) {
      fail(span, isZooError(error) ? error.code : 'ABORTED');
      throw error;
    } finally {
      this.#told.delete(traceparent);
      this.#draw(told, own);
      span.end();
    }
  }

  #draw(told: readonly Traced[], within: Context): void {
    const analyses = told.filter((event) => event.type === 'analysis');
    let inZoo = within;
    for (const event of analyses) {
      const sources = told.flatMap((other) => (other.type === 'embedding' ? [other.source] : []));
      const attributes = { 'medzoo.outcome': event.outcome, 'medzoo.embeddings': sources };
      inZoo = this.#drawSpan('medzoo.zoo', event, within, attributes);
    }
    for (const event of told) {
      if (event.type === 'wait') this.#drawSpan('medzoo.wait', event, within, { 'medzoo.priority': event.priority });
      if (event.type !== 'run') continue;
      const { role, model, provider, batch, waitMs, outcome } = event;
      this.#drawSpan(`${role} ${model}`, event, inZoo, {
        'medzoo.model': model,
        'medzoo.provider': provider,
        'medzoo.batch': batch,
        'medzoo.wait_ms': waitMs,
        'medzoo.outcome': outcome,
      });
    }
  }

  #drawSpan(
    name: string,
    { startedAt, ms }: Lasting,
    within: Context,
    attributes: Readonly<Record<string, string | number | string[]>>,
  ): Context {
    const span = this.#tracer.startSpan(name, { startTime: startedAt, attributes }, within);
    const outcome = attributes['medzoo.outcome'];
    if (typeof outcome === 'string' && outcome !== 'ok') fail(span, outcome);
    span.end(startedAt + ms);
    return trace.setSpan(within, span);
  }
}

function fail(span: Span, outcome: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: outcome });
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
