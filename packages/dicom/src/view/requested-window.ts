import type { UsedWindow, ViewWindow, WindowRule } from '@medzoo/core/contract';

/** The rule that shows a picture by the window that a caller asked for. */
export function toRule({ center, width, function: shape = 'LINEAR' }: ViewWindow): WindowRule {
  return { rule: 'fixed', center, width, function: shape };
}

/** The window that was used, said to be the caller's own. */
export function asRequested(window: UsedWindow | null): UsedWindow | null {
  return window && { ...window, source: 'request' };
}
