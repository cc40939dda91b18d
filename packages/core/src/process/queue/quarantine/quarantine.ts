import { LRUCache } from 'lru-cache';
import { ZooError } from '../../../contract/index.js';
import { describeFaults, FAULT_RULES, type Proof, type QuarantineFault } from './faults-that-quarantine.js';

/** How long an image is refused for the first time. The time doubles whenever the image does harm again. */
const FIRST_MS = 60_000;
const LONGEST_MS = 3_600_000;
/**
 * Records, not images; the oldest are dropped. A record is kept for a day, so that an image that comes back is known.
 */
const MAX_RECORDS = 1000;
const REMEMBERED_MS = 24 * 3_600_000;

/** An image and the heads it is put to: it may harm one head's model and no other. */
export interface Asked {
  readonly imageKey: string;
  readonly heads: readonly string[];
}

interface Offence {
  readonly heads: readonly string[];
  readonly times: number;
  readonly until: number;
}

/**
 * A circuit breaker for images that ended workers, by key and by the heads they were put to. Such an image is refused
 * for a while, whoever sends it and whatever other heads it is put to as well; then it is tried again, alone.
 */
export interface Quarantine {
  readonly size: number;
  /** Returns IMAGE_QUARANTINED if the image is refused. */
  find(asked: Asked): ZooError | undefined;
  /** Whether the image did harm before, and so has to run alone. */
  isSuspect(asked: Asked): boolean;
  /** The image has committed this fault: it is refused from now on, or if it does so again (`FAULT_RULES`). */
  record(asked: Asked, fault: QuarantineFault): void;
  /** The image was answered after all, well or not: its record is deleted. */
  clear(asked: Asked): void;
}

export function createQuarantine(now: () => number = () => performance.now()): Quarantine {
  const records = new LRUCache<string, readonly Offence[]>({
    max: MAX_RECORDS,
    ttl: REMEMBERED_MS,
    ttlResolution: 0,
    perf: { now },
  });

  /** An image that harms one head also harms a request for that head and others. */
  const offencesOf = ({ imageKey, heads }: Asked): readonly Offence[] =>
    (records.get(imageKey) ?? []).filter((offence) => offence.heads.every((head) => heads.includes(head)));

  function put({ imageKey, heads }: Asked, offence?: Pick<Offence, 'times' | 'until'>): void {
    const others = (records.get(imageKey) ?? []).filter((other) => !isSame(other.heads, heads));
    const all = offence ? [...others, { heads: heads.toSorted(), ...offence }] : others;
    if (all.length > 0) records.set(imageKey, all);
    else records.delete(imageKey);
  }

  const timesOf = ({ imageKey, heads }: Asked): number =>
    records.get(imageKey)?.find((offence) => isSame(offence.heads, heads))?.times ?? 0;

  function block(asked: Asked): void {
    const times = timesOf(asked) + 1;
    put(asked, { times, until: now() + Math.min(FIRST_MS * 2 ** (times - 1), LONGEST_MS) });
  }

  const recordBy: Readonly<Record<Proof, (asked: Asked) => void>> = {
    'same call': block,
    'next call'(asked) {
      if (offencesOf(asked).length > 0) block(asked);
      else put(asked, { times: 0, until: 0 });
    },
  };

  return {
    get size() {
      return [...records.values()].filter((offences) => offences.some(({ until }) => until > now())).length;
    },
    find(asked) {
      const held = offencesOf(asked).find(({ until }) => until > now());
      return held && quarantined(held, Math.ceil(held.until - now()));
    },
    isSuspect: (asked) => offencesOf(asked).length > 0,
    record: (asked, fault) => recordBy[FAULT_RULES[fault].proof](asked),
    clear(asked) {
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
    `This image ${describeFaults()}, when it was put to ${heads.join(', ')}. ` +
      `It is refused for ${Math.ceil(retryAfterMs / 1000)} s more, and then tried again. ` +
      'Other images and other heads are answered.',
    { details: { heads, retryAfterMs } },
  );
}
