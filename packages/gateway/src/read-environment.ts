import { isIP } from 'node:net';
import { type ConnectOptions, didYouMean } from '@medzoo/core';
import { z } from 'zod';
import { DEFAULT_SETTINGS, type GatewaySettings, MAX_TIMER_MS } from './settings.js';

const MEBIBYTE = 2 ** 20;
const aNumber = z.coerce.number('expected a number');
/** Each bound has words of its own: without them, a number that is out of range is said to be none. */
const wholeNumber = (least: number, most?: number): z.ZodType<number> => {
  const words = `expected a whole number from ${least}${most === undefined ? '' : ` to ${most}`}`;
  return z.coerce
    .number(words)
    .int(words)
    .min(least, words)
    .max(most ?? Number.MAX_SAFE_INTEGER, words);
};
const positive = aNumber.positive('expected a number above 0');
/** What is above 0 stays above it. */
const scaled =
  (unit: number) =>
  (value: number): number =>
    Math.max(Math.round(value * unit), 1);
const mebibytes = positive.transform(scaled(MEBIBYTE));
const kibibytes = aNumber.min(0, 'expected 0 or a number above it').transform((value) => Math.round(value * 1024));
const seconds = positive.transform(scaled(1000));
const timerSeconds = positive
  .max(MAX_TIMER_MS / 1000, `expected at most ${Math.floor(MAX_TIMER_MS / 1000)} seconds (24 days)`)
  .transform(scaled(1000));
const onOff = z.stringbool({ error: 'expected on or off' });
const commaSeparated = z.string().transform((value) =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== ''),
);
const allowedHosts = commaSeparated.pipe(
  z.array(
    z
      .string()
      .regex(
        /^(\*|\[[0-9a-f:]+\]|[a-z0-9_.-]+)$/i,
        "expected names or addresses without ports, separated by commas, or '*'",
      ),
  ),
);
const trustProxy = commaSeparated.transform((parts, context) => {
  if (parts.length === 1 && /^\d$/.test(parts[0]!)) return Number(parts[0]) || false;
  if (parts.every(isProxy)) return parts;
  context.addIssue("expected a number of proxies (0 to 9), or addresses, networks or 'loopback', separated by commas");
  return z.NEVER;
});
const processes = z
  .string()
  .regex(/^(auto|[1-9]\d?)$/, "expected 'auto' or a whole number from 1 to 99")
  .transform((value) => (value === 'auto' ? value : Number(value)));

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;

/** The environment variables that are read, each with what it sets; what is left out keeps its default. */
const VARIABLES = z.object({
  HOST: z.string().optional(),
  PORT: wholeNumber(0, 65_535).optional(),
  LOG_LEVEL: z.enum(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(', ')}`).optional(),
  MEDZOO_DATA_DIR: z.string().optional(),
  MEDZOO_MAX_IMAGE_MB: mebibytes.optional(),
  MEDZOO_MAX_STORED_MB: mebibytes.optional(),
  MEDZOO_MAX_IMAGES: wholeNumber(1, 10_000_000).optional(),
  MEDZOO_IMAGE_TTL_SECONDS: seconds.optional(),
  MEDZOO_KEEP_IDENTITY: onOff.optional(),
  MEDZOO_MAX_UPLOADS: wholeNumber(1).optional(),
  MEDZOO_MAX_UPLOADS_PER_CALLER: wholeNumber(1).optional(),
  MEDZOO_UPLOAD_WINDOW_SECONDS: timerSeconds.optional(),
  MEDZOO_MIN_UPLOAD_KB_PER_SECOND: kibibytes.optional(),
  MEDZOO_MAX_ANALYSES: wholeNumber(1).optional(),
  MEDZOO_MAX_SERIES_FRAMES: wholeNumber(1, 100_000).optional(),
  MEDZOO_MAX_SERIES: wholeNumber(1).optional(),
  MEDZOO_DEADLINE_SECONDS: timerSeconds.optional(),
  MEDZOO_MAX_ANSWER_VALUES: wholeNumber(1).optional(),
  MEDZOO_MAX_ANSWER_MB: mebibytes.optional(),
  MEDZOO_KEEP_ALIVE_SECONDS: timerSeconds.optional(),
  MEDZOO_ALLOWED_HOSTS: allowedHosts.optional(),
  MEDZOO_TRUST_PROXY: trustProxy.optional(),
  MEDZOO_EXPLORE: onOff.optional(),
  MEDZOO_PROCESSES: processes.optional(),
  MEDZOO_STANDBY: onOff.optional(),
  MEDZOO_START_SECONDS: timerSeconds.optional(),
  // What core reads in this process and in the workers.
  MEDZOO_CACHE_DIR: z.string().optional(),
  MEDZOO_OFFLINE: onOff.optional(),
  MEDZOO_PACKED_WEIGHTS: onOff.optional(),
});

export interface Environment {
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly settings: GatewaySettings;
  /**
   * How the zoo's processes are kept: a server has many callers, so as many as suit the machine. What is left out is
   * the zoo's own choice.
   */
  readonly zoo: Pick<ConnectOptions, 'processes' | 'standby' | 'startWithinMs'>;
}

/** Throws an Error that names each variable that cannot be read. A blank variable counts as left out. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  // A file of variables may end its lines as Windows does.
  const trimmed = Object.entries(env).map(([name, value]) => [name, value?.trim()] as const);
  const given = Object.fromEntries(trimmed.filter(([, value]) => value !== ''));
  const { success, data, error } = VARIABLES.safeParse(given);
  if (!success) {
    const lines = error.issues.map(({ path: [name], message }) => {
      return `${String(name)}: ${message}; got ${JSON.stringify(given[String(name)])}`;
    });
    throw new Error(`These environment variables cannot be read: ${lines.join('; ')}.`);
  }
  const defaults = DEFAULT_SETTINGS;
  return {
    host: data.HOST ?? '127.0.0.1',
    port: data.PORT ?? 4000,
    logLevel: data.LOG_LEVEL ?? 'info',
    zoo: {
      processes: data.MEDZOO_PROCESSES ?? 'auto',
      ...(data.MEDZOO_STANDBY !== undefined && { standby: data.MEDZOO_STANDBY }),
      ...(data.MEDZOO_START_SECONDS !== undefined && { startWithinMs: data.MEDZOO_START_SECONDS }),
    },
    settings: {
      ...defaults,
      dataDir: data.MEDZOO_DATA_DIR ?? defaults.dataDir,
      maxImageBytes: data.MEDZOO_MAX_IMAGE_MB ?? defaults.maxImageBytes,
      maxStoredBytes: data.MEDZOO_MAX_STORED_MB ?? defaults.maxStoredBytes,
      maxImages: data.MEDZOO_MAX_IMAGES ?? defaults.maxImages,
      imageTtlMs: data.MEDZOO_IMAGE_TTL_SECONDS ?? defaults.imageTtlMs,
      keepIdentity: data.MEDZOO_KEEP_IDENTITY ?? defaults.keepIdentity,
      maxUploadsAtOnce: data.MEDZOO_MAX_UPLOADS ?? defaults.maxUploadsAtOnce,
      maxUploadsPerCaller: data.MEDZOO_MAX_UPLOADS_PER_CALLER ?? defaults.maxUploadsPerCaller,
      uploadWindowMs: data.MEDZOO_UPLOAD_WINDOW_SECONDS ?? defaults.uploadWindowMs,
      minUploadBytesPerSecond: data.MEDZOO_MIN_UPLOAD_KB_PER_SECOND ?? defaults.minUploadBytesPerSecond,
      maxAnalysesAtOnce: data.MEDZOO_MAX_ANALYSES ?? defaults.maxAnalysesAtOnce,
      maxSeriesFrames: data.MEDZOO_MAX_SERIES_FRAMES ?? defaults.maxSeriesFrames,
      maxSeriesAtOnce: data.MEDZOO_MAX_SERIES ?? defaults.maxSeriesAtOnce,
      maxAnswerValues: data.MEDZOO_MAX_ANSWER_VALUES ?? defaults.maxAnswerValues,
      maxAnswerBytes: data.MEDZOO_MAX_ANSWER_MB ?? defaults.maxAnswerBytes,
      deadlineMs: data.MEDZOO_DEADLINE_SECONDS ?? defaults.deadlineMs,
      keepAliveMs: data.MEDZOO_KEEP_ALIVE_SECONDS ?? defaults.keepAliveMs,
      allowedHosts: data.MEDZOO_ALLOWED_HOSTS ?? defaults.allowedHosts,
      trustProxy: data.MEDZOO_TRUST_PROXY ?? defaults.trustProxy,
      explore: data.MEDZOO_EXPLORE ?? defaults.explore,
    },
  };
}

/** What settings were called in earlier releases. */
const FORMER_NAMES: Readonly<Record<string, string>> = { MEDZOO_RESERVE: 'MEDZOO_STANDBY' };

/** A sentence about each variable that is named like a setting and is none: it changes nothing. */
export function warnOfUnknownVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = Object.keys(VARIABLES.shape);
  return Object.keys(env)
    .filter((name) => name.startsWith('MEDZOO_') && !known.includes(name))
    .map((name) => `${name} is no setting of the gateway and changes nothing.${suggest(name, known)}`);
}

function suggest(name: string, known: readonly string[]): string {
  const now = FORMER_NAMES[name];
  return now === undefined ? didYouMean(name, known) : ` It is called ${now} since 0.2.0.`;
}

/** An address, a network such as 10.0.0.0/8, or a name that express has for several of them. */
function isProxy(given: string): boolean {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(given)) return true;
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(given) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits ?? 0) <= (version === 4 ? 32 : 128);
}
