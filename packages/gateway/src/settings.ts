const MEBIBYTE = 2 ** 20;

/**
 * What one gateway may use and show. Every number is a bound, so that a burst is refused instead of served slowly to
 * all.
 */
export interface GatewaySettings {
  /** Where images are kept over restarts; undefined: a private temporary folder, removed on close. */
  readonly dataDir: string | undefined;
  /** Of one uploaded file. */
  readonly maxImageBytes: number;
  /** Of all stored images together; the least recently used go first. */
  readonly maxStoredBytes: number;
  /** Of all stored images together: also the smallest takes a file, an entry and a block of the disk. */
  readonly maxImages: number;
  /** An image that nobody asks for is deleted after so long; undefined: only when room is needed. */
  readonly imageTtlMs: number | undefined;
  /**
   * Whether DICOM and NIfTI files are stored as they came, with who the patient is: exports then file an answer under
   * the patient's own study. Otherwise what is stored has pixels and geometry, and nothing else.
   */
  readonly keepIdentity: boolean;
  readonly maxUploadsAtOnce: number;
  /** Of one caller, by address; undefined: half of `maxUploadsAtOnce`, so that no single one shuts the others out. */
  readonly maxUploadsPerCaller: number | undefined;
  /**
   * An upload that brings less than `minUploadBytesPerSecond` over so long is ended: it holds a place that others wait
   * for.
   */
  readonly uploadWindowMs: number;
  readonly minUploadBytesPerSecond: number;
  /**
   * Analyses in flight, each of which holds its image's bytes in memory; interactive ones are refused for one another
   * only, not for batch work.
   */
  readonly maxAnalysesAtOnce: number;
  /** Head runs that one GraphQL request may ask for, over all its aliases. */
  readonly maxHeadRuns: number;
  /** Frames of a series that may be analysed as a whole. */
  readonly maxSeriesFrames: number;
  /** Series that are analysed at one time, each a few frames at once; half of them one caller's. */
  readonly maxSeriesAtOnce: number;
  /** Of the body of one GraphQL request. */
  readonly maxQueryBytes: number;
  /** Lexical tokens of one GraphQL document. */
  readonly maxQueryTokens: number;
  /**
   * Values that the answer to one GraphQL request may have, as computed before it is executed: lists and introspection
   * included.
   */
  readonly maxAnswerValues: number;
  /** Of the answer to one GraphQL request, as counted while it is executed. */
  readonly maxAnswerBytes: number;
  readonly deadlineMs: number;
  /** How long `close` lets running requests finish before it aborts them. */
  readonly graceMs: number;
  /**
   * How long an idle connection is kept: longer than a proxy keeps it, or the proxy sends a request into one that is
   * closing.
   */
  readonly keepAliveMs: number;
  /**
   * Names in the Host header, without ports, that requests may have beside those of this machine's loopback; '*': any.
   */
  readonly allowedHosts: readonly string[];
  /** Whose X-Forwarded headers are believed, as express has it: false, a number of hops, or addresses and networks. */
  readonly trustProxy: false | number | readonly string[];
  /** Whether GraphQL introspection and the pages for people are served. */
  readonly explore: boolean;
}

export const DEFAULT_SETTINGS: GatewaySettings = {
  dataDir: undefined,
  maxImageBytes: 64 * MEBIBYTE,
  maxStoredBytes: 2048 * MEBIBYTE,
  maxImages: 100_000,
  imageTtlMs: undefined,
  keepIdentity: false,
  maxUploadsAtOnce: 16,
  maxUploadsPerCaller: undefined,
  uploadWindowMs: 10_000,
  minUploadBytesPerSecond: 16 * 1024,
  maxAnalysesAtOnce: 16,
  maxHeadRuns: 32,
  maxSeriesFrames: 2000,
  maxSeriesAtOnce: 4,
  maxQueryBytes: 0.25 * MEBIBYTE,
  maxQueryTokens: 2000,
  maxAnswerValues: 25_000,
  maxAnswerBytes: 4 * MEBIBYTE,
  deadlineMs: 60_000,
  graceMs: 7000,
  keepAliveMs: 75_000,
  allowedHosts: [],
  trustProxy: false,
  explore: true,
};

/** A timer of Node that is longer fires at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

const POSITIVE = [
  ...['maxImageBytes', 'maxStoredBytes', 'maxImages', 'imageTtlMs', 'maxUploadsAtOnce', 'maxUploadsPerCaller'],
  ...[
    'uploadWindowMs',
    'maxAnalysesAtOnce',
    'maxHeadRuns',
    'maxSeriesFrames',
    'maxSeriesAtOnce',
    'maxQueryBytes',
    'maxQueryTokens',
  ],
  ...['maxAnswerValues', 'maxAnswerBytes', 'deadlineMs', 'keepAliveMs'],
] as readonly (keyof GatewaySettings)[];

const TIMERS = ['uploadWindowMs', 'deadlineMs', 'graceMs', 'keepAliveMs'] as const;

/** Throws a RangeError that names the setting which would not be a bound. */
export function checkSettings(settings: GatewaySettings): void {
  for (const name of POSITIVE) {
    const value = settings[name];
    if (value !== undefined && !(typeof value === 'number' && value > 0))
      throw new RangeError(`The setting ${name} must be a number above 0; got ${String(value)}.`);
  }
  for (const name of TIMERS) {
    if (!(settings[name] >= 0 && settings[name] <= MAX_TIMER_MS))
      throw new RangeError(`The setting ${name} must be from 0 to ${MAX_TIMER_MS} ms; got ${settings[name]}.`);
  }
}
