import { z } from 'zod';

const MEBIBYTE = 2 ** 20;

/** A timer of Node that is longer fires at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** Of bytes and of things; a bound that is 0 would refuse everybody. */
const aCount = z.number().positive();
const aDuration = (longest = MAX_TIMER_MS): z.ZodNumber => z.number().positive().max(longest);

const gatewaySettings = z.strictObject({
  /** Where images are kept over restarts; undefined: a private temporary folder, removed on close. */
  dataDir: z.string().min(1).or(z.undefined()),
  /** Of one uploaded file. */
  maxImageBytes: aCount,
  /** Of all stored images together; the least recently used go first. */
  maxStoredBytes: aCount,
  /** Of all stored images together: also the smallest takes a file, an entry and a block of the disk. */
  maxImages: aCount,
  /** An image that nobody asks for is deleted after so long; undefined: only when room is needed. */
  imageTtlMs: aDuration(Infinity).or(z.undefined()),
  /**
   * Whether DICOM and NIfTI files are stored as they came, with who the patient is: exports then file an answer under
   * the patient's own study. Otherwise what is stored has pixels and geometry, and nothing else.
   */
  keepIdentity: z.boolean(),
  maxUploadsAtOnce: aCount,
  /** Of one caller, by address; undefined: half of `maxUploadsAtOnce`, so that no single one shuts the others out. */
  maxUploadsPerCaller: aCount.or(z.undefined()),
  /**
   * An upload that brings less than `minUploadBytesPerSecond` over so long is ended: it holds a place that others wait
   * for.
   */
  uploadWindowMs: aDuration(),
  minUploadBytesPerSecond: z.number().min(0),
  /**
   * Analyses in flight, each of which holds its image's bytes in memory; interactive ones are refused for one another
   * only, not for batch work.
   */
  maxAnalysesAtOnce: aCount,
  /** Head runs that one GraphQL request may ask for, over all its aliases. */
  maxHeadRuns: aCount,
  /** Frames of a series that may be analysed as a whole. */
  maxSeriesFrames: aCount,
  /** Series that are analysed at one time, each a few frames at once; half of them one caller's. */
  maxSeriesAtOnce: aCount,
  /** Of the body of one GraphQL request. */
  maxQueryBytes: aCount,
  /** Lexical tokens of one GraphQL document. */
  maxQueryTokens: aCount,
  /**
   * Values that the answer to one GraphQL request may have, as computed before it is executed: lists and introspection
   * included.
   */
  maxAnswerValues: aCount,
  /** Of the answer to one GraphQL request, as counted while it is executed. */
  maxAnswerBytes: aCount,
  deadlineMs: aDuration(),
  /** How long `close` lets running requests finish before it aborts them. */
  graceMs: z.number().min(0).max(MAX_TIMER_MS),
  /**
   * How long an idle connection is kept: longer than a proxy keeps it, or the proxy sends a request into one that is
   * closing.
   */
  keepAliveMs: aDuration(),
  /**
   * Names in the Host header, without ports, that requests may have beside those of this machine's loopback; '*': any.
   */
  allowedHosts: z.array(z.string()).readonly(),
  /** Whose X-Forwarded headers are believed, as express has it: false, a number of hops, or addresses and networks. */
  trustProxy: z.union([z.literal(false), z.int().min(0), z.array(z.string()).readonly()]),
  /** Whether GraphQL introspection and the pages for people are served. */
  explore: z.boolean(),
});

/**
 * What one gateway may use and show. Every number is a bound, so that a burst is refused instead of served slowly to
 * all.
 */
export type GatewaySettings = Readonly<z.infer<typeof gatewaySettings>>;

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

/** Throws a RangeError that names each setting which is unknown or would not be a bound, with what was expected. */
export function checkSettings(settings: GatewaySettings): void {
  const { success, error } = gatewaySettings.safeParse(settings);
  if (success) return;
  const lines = error.issues.map(({ path: [name], message }) => {
    return name === undefined
      ? message
      : `${String(name)}: ${message}; got ${String(settings[name as keyof GatewaySettings])}`;
  });
  throw new RangeError(`The settings of the gateway are not valid: ${lines.join('. ')}.`);
}
