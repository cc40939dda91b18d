import type { ModelSpec, Tensors } from '../../contract/index.js';
import { declaredBytes, type ReadMemory } from './device-memory.js';
import { createSerialQueue } from '../../flow/serial-queue.js';

/**
 * A runtime's buffers reach their size with the second run (measured: our encoder takes 13 MB at the first, 9 MB at the
 * next).
 */
const MEASURED_RUNS = 2;
/** Of a model's declared need: free memory below it cannot have hidden much of what the model takes. */
const TOLERANCE = 0.25;

/** What one open model was seen to take. */
export interface Account {
  /** Undefined as long as it could not be measured. */
  readonly measuredBytes: number | undefined;
  /** Measures the first runs, and those on more than was fed before. */
  run(feeds: Tensors, work: () => Promise<Tensors>): Promise<Tensors>;
  release(work: () => Promise<void>): Promise<void>;
}

/** What models take of a device's memory when they open and run, and give back when they close. */
export interface Meter {
  open<T>(
    device: string,
    spec: ModelSpec,
    work: () => Promise<T>,
  ): Promise<{ readonly opened: T; readonly account: Account }>;
  /** Work between what is measured, counted to no model. It must not leave anything open. */
  apart<T>(work: () => Promise<T>): Promise<T>;
  /** What models that are closed did not give back. The next that opens may use it; nothing else on the machine can. */
  unreturnedBytes(device: string): number;
}

interface Opened {
  needBytes: number;
}

interface Balance {
  /** What came and did not go while models opened, ran first and closed. */
  takenBytes: number;
  readonly open: Set<Opened>;
}

interface Measured<T> {
  readonly value: T;
  /**
   * What of the device's memory was taken meanwhile, less than nothing if some came back; undefined where nobody knows.
   */
  readonly taken: number | undefined;
}

type Measure = <T>(work: () => Promise<T>) => Promise<Measured<T>>;

/** What an account is kept in: its device's balance, and what is known of models by their digest. */
interface Books {
  readonly balance: Balance;
  /** By digest: the most that a model was seen to take. */
  readonly known: Map<string, number>;
  /** Work on the device, one at a time. */
  readonly measure: Measure;
}

export function createMeter(read: ReadMemory): Meter {
  const inTurn = createSerialQueue(); // or one model's growth would be counted to another
  const balances = new Map<string, Balance>();
  const known = new Map<string, number>();

  function balanceOf(device: string): Balance {
    const balance = balances.get(device) ?? { takenBytes: 0, open: new Set() };
    balances.set(device, balance);
    return balance;
  }

  async function measure<T>(device: string, work: () => Promise<T>): Promise<Measured<T>> {
    const before = (await read(device)) ?? 0; // a driver does not know this process before it has used the card
    const value = await work();
    const after = await read(device);
    const taken = after === undefined ? undefined : after - before;
    balanceOf(device).takenBytes += taken ?? 0;
    return { value, taken };
  }

  return {
    open: (device, spec, work) =>
      inTurn(async () => {
        const { value, taken } = await measure(device, work);
        const balance = balanceOf(device);
        const measureInTurn: Measure = (later) => inTurn(() => measure(device, later));
        return { opened: value, account: createAccount(spec, taken, { balance, known, measure: measureInTurn }) };
      }),
    apart: inTurn,
    unreturnedBytes: (device) => unreturnedBytes(balanceOf(device)),
  };
}

function unreturnedBytes({ takenBytes, open }: Balance): number {
  return Math.max(0, takenBytes - [...open].reduce((sum, { needBytes }) => sum + needBytes, 0));
}

/** `grown`: what of the device's memory was taken while the model opened; undefined where nobody knows. */
function createAccount(spec: ModelSpec, grown: number | undefined, { balance, known, measure }: Books): Account {
  const declared = declaredBytes(spec);
  const isPure = unreturnedBytes(balance) - (grown ?? 0) <= TOLERANCE * declared;
  let measured = isPure ? grown : undefined;
  let counted = grown ?? 0;
  let runs = 0;
  let mostFed = 0;

  /** Weights are in memory at least as they are in the file. */
  const best = (): number | undefined => {
    const seen = [known.get(spec.sha256), measured].filter((bytes) => bytes !== undefined);
    return seen.length > 0 ? Math.max(spec.bytes + (spec.data?.bytes ?? 0), ...seen) : undefined;
  };
  const opened: Opened = { needBytes: best() ?? declared };
  balance.open.add(opened);

  return {
    get measuredBytes() {
      return best();
    },
    async run(feeds, work) {
      const fed = Object.values(feeds).reduce((sum, { data }) => sum + data.length, 0);
      if (runs >= MEASURED_RUNS && fed <= mostFed) return work();
      runs += 1;
      mostFed = Math.max(mostFed, fed);
      const { value, taken } = await measure(work);
      counted += taken ?? 0;
      if (measured !== undefined) measured += taken ?? 0;
      opened.needBytes = best() ?? declared;
      return value;
    },
    async release(work) {
      const needed = best();
      if (needed !== undefined) known.set(spec.sha256, needed);
      try {
        const { taken } = await measure(work);
        if (taken === undefined) balance.takenBytes -= counted; // nobody says that it did not come back
      } finally {
        balance.open.delete(opened);
      }
    },
  };
}
