import { AsyncLocalStorage } from 'node:async_hooks';

const requests = new AsyncLocalStorage<string>();

/** Runs `task`, and all that it starts, as part of this request: log lines and masked errors carry its id. */
export function runInRequest<T>(requestId: string, task: () => T): T {
  return requests.run(requestId, task);
}

/** Undefined outside of any request. */
export function currentRequestId(): string | undefined {
  return requests.getStore();
}
