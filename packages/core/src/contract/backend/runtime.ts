/** How a zoo is doing at this moment: for health checks, dashboards and back-off. */
export interface ZooRuntime {
  /**
   * Degraded: fewer processes answer than should, and those that do, if any, answer for all; or the zoo is closed, and
   * none does.
   */
  readonly state: 'ready' | 'degraded';
  /** Why it is degraded, for people. */
  readonly reason?: string;
  readonly queue: QueueRuntime;
  readonly processes: readonly ProcessRuntime[];
}

export interface QueueRuntime {
  /** Calls that wait or run. */
  readonly pending: number;
  readonly waiting: number;
  /** Of pending calls; null where there is no bound. */
  readonly limit: number | null;
  /** When a call that is refused now would find a place, estimated from how fast calls end at the moment. */
  readonly retryAfterMs: number;
  /** Images that are refused for a while because they ended processes. */
  readonly quarantined: number;
}

/** A worker: a process that runs models. This is its last report, of which it sends one a second while it works. */
export interface ProcessRuntime {
  /**
   * Unresponsive: its heartbeat is late; it gets no new calls, and is replaced unless it comes back. Standby: its
   * models are open, and it takes the place of the next one that ends.
   */
  readonly state: 'up' | 'unresponsive' | 'starting' | 'standby';
  readonly pid: number;
  /** Of one model run on the CPU; null where the backend has its own. */
  readonly threads: number | null;
  /** Resident memory. */
  readonly rssBytes: number;
  /** Times that the process in this place ended without being told to. */
  readonly crashes: number;
  readonly models: readonly OpenModel[];
  /** By device on which a model was opened, or was about to be; empty until then, and where models run elsewhere. */
  readonly memory: readonly DeviceMemory[];
  /** Left out where the zoo shares its embeddings with no other. */
  readonly embeddingStore?: EmbeddingStoreRuntime;
}

/** What models take of one device's memory, as their process counts it. */
export interface DeviceMemory {
  /** `cpu`, or a card such as `cuda:0`. */
  readonly device: string;
  /** What they may take in this process; null where no budget is set. */
  readonly budgetBytes: number | null;
  /** What those that are open take, measured where that could be, else declared. */
  readonly modelBytes: number;
  /** What closed ones did not give back, as far as measured: the next that opens may use it, no other process can. */
  readonly unreturnedBytes: number;
  /** Models closed to free memory, since the process began. */
  readonly evictions: number;
}

/**
 * How often since the start a store of shared embeddings did what. A read is one of the first five, but an error may
 * come on top.
 */
export interface EmbeddingStoreRuntime {
  readonly hits: number;
  readonly misses: number;
  /** Records that were damaged, foreign or of another shape; they were ignored. */
  readonly invalid: number;
  /** Reads and writes that failed or were late, and errors that the store told of by itself. */
  readonly failed: number;
  /** Reads that were left out because the store had failed just before. */
  readonly skipped: number;
  readonly written: number;
  /** Writes that were left out because the store failed, or because as many as may were under way. */
  readonly dropped: number;
}

/** A model that is open now. */
export interface OpenModel {
  /** Of the head or the encoder. */
  readonly id: string;
  /** Of the file that is open, which may be a variant. */
  readonly sha256: string;
  /** In which precision its weights are: that of a variant, or 'reference'. */
  readonly precision: string;
  /** The execution provider that really runs it. */
  readonly provider: string;
  /** How many of its runs may go in one batch; 1 if it has no batches. */
  readonly maxBatch: number;
  /** What it was taken to need before it was opened. */
  readonly declaredBytes: number;
  /** What it was seen to take of its device's memory; null where that could not be measured. */
  readonly measuredBytes: number | null;
  /** Providers that were preferred, and why they are not in use. */
  readonly skipped: readonly SkippedProvider[];
}

/** A provider that could not run a model, and why. */
export interface SkippedProvider {
  readonly provider: string;
  readonly reason: string;
}
