import { LRUCache } from 'lru-cache';
import { ZooError } from '../../contract/index.js';

/** How long an image is refused for the first time, doubled each time that it proves itself harmful again. */
const FIRST_MS = 60_000;
const LONGEST_MS = 3_600_000;
/** Records, not images; the oldest go. A record is remembered for a day, to know an image that comes back. */
const MAX_RECORDS = 1000;
const REMEMBERED_MS = 24 * 3_600_000;

/** What was asked: an image may harm one head's model and no other. */
export interface Asked {
  readonly sha256: string;
  readonly heads: readonly string[];
}

interface Offence {
  readonly heads: readonly string[];
  readonly times: number;
  readonly until: number;
}

/**
 * Images that ended processes, by digest, with the heads that were asked of them: a circuit breaker. They are refused for a while,
 * whoever sends them and with whatever other heads beside; then tried again, alone.
 */
export interface Quarantine {
  readonly size: number;
  /** IMAGE_QUARANTINED, if it is refused. */
  find(asked: Asked): ZooError | undefined;
  /** Whether it did harm before, so that it had better be run alone. */
  isSuspect(asked: Asked): boolean;
  /** It ended a process that had nothing else to do. */
  condemn(asked: Asked): void;
  /** It held a process beyond its deadline; the second time it is condemned. */
  suspect(asked: Asked): void;
  /** It was answered after all. */
  absolve(asked: Asked): void;
}

export function createQuarantine(now: () => number = () => performance.now()): Quarantine {
  const records = new LRUCache<string, readonly Offence[]>({
    max: MAX_RECORDS,
    ttl: REMEMBERED_MS,
    ttlResolution: 0,
    perf: { now },
  });

  /** An image that harms one head harms a request for it and others as well. */
  const offencesOf = ({ sha256, heads }: Asked): readonly Offence[] =>
    (records.get(sha256) ?? []).filter((offence) => offence.heads.every((head) => heads.includes(head)));

  function put({ sha256, heads }: Asked, offence?: Pick<Offence, 'times' | 'until'>): void {
    const others = (records.get(sha256) ?? []).filter((other) => !isSame(other.heads, heads));
    const all = offence ? [...others, { heads: heads.toSorted(), ...offence }] : others;
    if (all.length > 0) records.set(sha256, all);
    else records.delete(sha256);
  }

  const timesOf = ({ sha256, heads }: Asked): number =>
    records.get(sha256)?.find((offence) => isSame(offence.heads, heads))?.times ?? 0;

  function condemn(asked: Asked): void {
    const times = Math.max(1, timesOf(asked) + 1);
    put(asked, { times, until: now() + Math.min(FIRST_MS * 2 ** (times - 1), LONGEST_MS) });
  }

  return {
    get size() {
      return [...records.values()].filter((offences) => offences.some(({ until }) => until > now())).length;
    },
    find(asked) {
      const held = offencesOf(asked).find(({ until }) => until > now());
      return held && quarantined(held, Math.ceil(held.until - now()));
    },
    isSuspect: (asked) => offencesOf(asked).length > 0,
    condemn,
    suspect(asked) {
      if (offencesOf(asked).length > 0) condemn(asked);
      else put(asked, { times: 0, until: 0 });
    },
    absolve(asked) {
      for (const { heads } of offencesOf(asked)) put({ ...asked, heads });
    },
  };
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((head) => b.includes(head));
}

function quarantined({ heads }: Offence, retryAfterMs: number): ZooError {
  return new ZooError(
    'IMAGE_QUARANTINED',
    `This image ended the zoo's process, or held it beyond its deadline, when it was put to ${heads.join(', ')}. It is refused for ` +
      `${Math.ceil(retryAfterMs / 1000)} s more, then tried again. Other images, and other heads, are answered.`,
    { details: { heads, retryAfterMs } },
  );
}
