import type { Request } from 'express';

/** Whose turn it is when many wait: by address, which a proxy on this machine may tell. It is used for that and never logged. */
export function callerOf({ ip = 'unknown' }: Request): string {
  return ip;
}
