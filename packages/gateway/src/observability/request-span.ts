import {
  context,
  type Context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type { Request } from 'express';

export interface RequestSpan {
  readonly context: Context;
  readonly traceId?: string;
  end(route: string, status: number): void;
}

/** The first digits of a W3C traceparent: version, trace and span, none of them all zeros. */
const TRACEPARENT = /^(?!ff)[\da-f]{2}-(?!0{32})([\da-f]{32})-(?!0{16})[\da-f]{16}-[\da-f]{2}(-|$)/;

/**
 * The span of a request, within the caller's trace if it sent a traceparent. Where an HTTP instrumentation has begun
 * one already, that is taken, and left to it to end. Without an SDK nothing is recorded, and the caller's trace id
 * still goes to the logs.
 */
export function startRequestSpan(tracer: Tracer, { method, headers }: Request): RequestSpan {
  if (trace.getActiveSpan()) return { context: context.active(), ...traceIdOf(context.active()), end: () => undefined };
  const parent = propagation.extract(ROOT_CONTEXT, headers);
  const attributes = { 'http.request.method': method };
  const span = tracer.startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
  const own = trace.setSpan(parent, span);
  const given = TRACEPARENT.exec(headers.traceparent?.toString() ?? '')?.[1];
  return {
    context: own,
    ...(given !== undefined && { traceId: given }),
    ...traceIdOf(own),
    end: (route, status) => endSpan(span, method, route, status),
  };
}

function endSpan(span: Span, method: string, route: string, status: number): void {
  span.updateName(`${method} ${route}`);
  span.setAttributes({ 'http.route': route, 'http.response.status_code': status });
  if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
  span.end();
}

function traceIdOf(of: Context): { readonly traceId?: string } {
  const span = trace.getSpanContext(of);
  return span && isSpanContextValid(span) ? { traceId: span.traceId } : {};
}
