import type { Request } from 'express';

/** Who asks. Nobody proves who they are yet, so that each is known by an address. */
export interface Principal {
  /** Whose turn it is when many wait: callers are told apart by it. It is used for that and never logged. */
  readonly id: string;
}

/** By address, which a proxy on this machine may tell. */
export function principalOf({ ip = 'unknown' }: Request): Principal {
  return { id: ip };
}
