import { setTimeout } from 'node:timers/promises';

/**
 * No server is waited for longer, or left alone for longer, whatever it asks for: it may be mistaken, or want to harm.
 */
export const LONGEST_RETRY_MS = 60_000;

/**
 * Waits before retry `attempt` (1, 2, ...): doubling from `firstMs` with jitter, or longer if the server asked for it;
 * a minute at most.
 */
export async function waitToRetry(
  attempt: number,
  {
    firstMs,
    retryAfterMs = 0,
    signal,
  }: { firstMs: number; retryAfterMs?: number | undefined; signal?: AbortSignal | undefined },
): Promise<void> {
  const delayMs = Math.max(retryAfterMs, firstMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2));
  await setTimeout(Math.min(delayMs, LONGEST_RETRY_MS), undefined, signal && { signal }).catch(() =>
    signal?.throwIfAborted(),
  );
}

/** Milliseconds that a Retry-After header asks for, seconds or a date (RFC 9110, 10.2.3), but a minute at most. */
export function parseRetryAfter(header: string | undefined, now = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), LONGEST_RETRY_MS);
}
