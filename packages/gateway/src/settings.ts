const MEBIBYTE = 2 ** 20;

/** What one gateway may use and show. Every number is a bound, so that a burst is refused instead of served slowly to all. */
export interface GatewaySettings {
  /** Where images are kept over restarts; undefined: a private temporary folder, removed on close. */
  readonly dataDir: string | undefined;
  /** Of one uploaded file. */
  readonly maxImageBytes: number;
  /** Of all stored images together; the least recently used go first. */
  readonly maxStoredBytes: number;
  /** An image that nobody asks for is deleted after so long; undefined: only when room is needed. */
  readonly imageTtlMs: number | undefined;
  readonly maxUploadsAtOnce: number;
  /** Analyses in flight, each of which holds its image's bytes in memory; interactive ones are refused for one another only, not for batch work. */
  readonly maxAnalysesAtOnce: number;
  /** Head runs that one GraphQL request may ask for, over all its aliases. */
  readonly maxHeadRuns: number;
  /** Of the body of one GraphQL request. */
  readonly maxQueryBytes: number;
  /** Lexical tokens of one GraphQL document: bounds aliases and introspection alike. */
  readonly maxQueryTokens: number;
  readonly deadlineMs: number;
  /** How long `close` lets running requests finish before it aborts them. */
  readonly graceMs: number;
  /** Whether GraphQL introspection and the pages for people are served. */
  readonly explore: boolean;
}

export const DEFAULT_SETTINGS: GatewaySettings = {
  dataDir: undefined,
  maxImageBytes: 64 * MEBIBYTE,
  maxStoredBytes: 2048 * MEBIBYTE,
  imageTtlMs: undefined,
  maxUploadsAtOnce: 8,
  maxAnalysesAtOnce: 16,
  maxHeadRuns: 32,
  maxQueryBytes: 0.25 * MEBIBYTE,
  maxQueryTokens: 2000,
  deadlineMs: 60_000,
  graceMs: 7000,
  explore: true,
};
