import { AsyncLocalStorage } from 'node:async_hooks';
import { context, type Context } from '@opentelemetry/api';

export interface CurrentRequest {
  readonly id: string;
  /** Of the trace that it is part of, 32 hex digits. */
  readonly traceId?: string;
  /** OpenTelemetry's, with the request's span if somebody records. */
  readonly context: Context;
}

const requests = new AsyncLocalStorage<CurrentRequest>();

/** Runs `task`, and all that it starts, as part of this request: log lines, masked errors and spans belong to it. */
export function runInRequest<T>(request: CurrentRequest, task: () => T): T {
  return requests.run(request, () => context.with(request.context, task));
}

/** Undefined outside of any request. */
export function currentRequest(): CurrentRequest | undefined {
  return requests.getStore();
}

/** Undefined outside of any request. */
export function currentRequestId(): string | undefined {
  return currentRequest()?.id;
}
