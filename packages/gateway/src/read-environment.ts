import type { ConnectOptions } from '@medzoo/core';
import { z } from 'zod';
import { DEFAULT_SETTINGS, type GatewaySettings } from './settings.js';

const MEBIBYTE = 2 ** 20;
const wholeNumber = z.coerce.number().int().positive();
const mebibytes = z.coerce
  .number()
  .positive()
  .transform((value) => Math.round(value * MEBIBYTE));
const seconds = z.coerce
  .number()
  .positive()
  .transform((value) => Math.round(value * 1000));
const onOff = z.stringbool();
const processes = z
  .string()
  .regex(/^(auto|[1-9]\d?)$/, "expected 'auto' or a whole number from 1")
  .transform((value) => (value === 'auto' ? value : Number(value)));

/** The environment variables that are read, each with what it sets; what is left out keeps its default. */
const VARIABLES = z.object({
  HOST: z.string().optional(),
  PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).optional(),
  MEDZOO_DATA_DIR: z.string().optional(),
  MEDZOO_MAX_IMAGE_MB: mebibytes.optional(),
  MEDZOO_MAX_STORED_MB: mebibytes.optional(),
  MEDZOO_IMAGE_TTL_SECONDS: seconds.optional(),
  MEDZOO_MAX_UPLOADS: wholeNumber.optional(),
  MEDZOO_MAX_ANALYSES: wholeNumber.optional(),
  MEDZOO_DEADLINE_SECONDS: seconds.optional(),
  MEDZOO_EXPLORE: onOff.optional(),
  MEDZOO_PROCESSES: processes.optional(),
  MEDZOO_RESERVE: onOff.optional(),
  MEDZOO_START_SECONDS: seconds.optional(),
});

export interface Environment {
  readonly host: string;
  readonly port: number;
  readonly logLevel: string;
  readonly settings: GatewaySettings;
  /** How the zoo's processes are kept: a server has many callers, so as many as suit the machine. What is left out is the zoo's own choice. */
  readonly zoo: Pick<ConnectOptions, 'processes' | 'reserve' | 'startWithinMs'>;
}

/** Throws an Error that names each variable that cannot be read. An empty variable counts as left out. */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const { success, data, error } = VARIABLES.safeParse(given);
  if (!success) {
    const lines = error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(`These environment variables cannot be read: ${lines.join('; ')}.`);
  }
  const defaults = DEFAULT_SETTINGS;
  return {
    host: data.HOST ?? '127.0.0.1',
    port: data.PORT ?? 4000,
    logLevel: data.LOG_LEVEL ?? 'info',
    zoo: {
      processes: data.MEDZOO_PROCESSES ?? 'auto',
      ...(data.MEDZOO_RESERVE !== undefined && { reserve: data.MEDZOO_RESERVE }),
      ...(data.MEDZOO_START_SECONDS !== undefined && { startWithinMs: data.MEDZOO_START_SECONDS }),
    },
    settings: {
      ...defaults,
      dataDir: data.MEDZOO_DATA_DIR ?? defaults.dataDir,
      maxImageBytes: data.MEDZOO_MAX_IMAGE_MB ?? defaults.maxImageBytes,
      maxStoredBytes: data.MEDZOO_MAX_STORED_MB ?? defaults.maxStoredBytes,
      imageTtlMs: data.MEDZOO_IMAGE_TTL_SECONDS ?? defaults.imageTtlMs,
      maxUploadsAtOnce: data.MEDZOO_MAX_UPLOADS ?? defaults.maxUploadsAtOnce,
      maxAnalysesAtOnce: data.MEDZOO_MAX_ANALYSES ?? defaults.maxAnalysesAtOnce,
      deadlineMs: data.MEDZOO_DEADLINE_SECONDS ?? defaults.deadlineMs,
      explore: data.MEDZOO_EXPLORE ?? defaults.explore,
    },
  };
}
