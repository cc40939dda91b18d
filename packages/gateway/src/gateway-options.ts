import type { Zoo } from '@medzoo/core';
import type { Logger } from 'pino';
import { z } from 'zod';
import { DEFAULT_SETTINGS, type GatewaySettings } from './settings.js';
import { ZooMonitor } from './zoo-monitor.js';

export interface GatewayOptions {
  /** 0: any free port. */
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly settings?: Partial<GatewaySettings> | undefined;
  readonly logger?: Logger | undefined;
  /**
   * What the zoo's observer is, so that metrics and traces have what the zoo does: `connectZoo({ observer:
   * monitor.observe })`.
   */
  readonly monitor?: ZooMonitor | undefined;
}

const gatewayOptions = z.strictObject({
  port: z.int().min(0).max(65_535).optional(),
  host: z.string().min(1, 'Expected a name or an address to listen on').optional(),
  settings: z.looseObject({}).optional(), // checked as a whole, with the defaults
  logger: z.looseObject({}).or(z.function()).optional(),
  monitor: z.instanceof(ZooMonitor).optional(),
});

/** Throws a RangeError that names each option which is unknown, or has a value that it cannot have. */
export function checkOptions(options: GatewayOptions): void {
  const { success, error } = gatewayOptions.safeParse(options);
  if (success) return;
  const lines = error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new RangeError(`The options of startGateway are not valid: ${lines.join('. ')}.`);
}

/** Over the defaults. A setting that is undefined counts as left out. */
export function completeSettings(given: Partial<GatewaySettings> = {}): GatewaySettings {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...DEFAULT_SETTINGS, ...Object.fromEntries(said) };
}

/** Throws a TypeError for what is no zoo, such as the options in its place. */
export function checkZoo(zoo: unknown): asserts zoo is Zoo {
  if (typeof zoo === 'object' && zoo !== null && 'analyze' in zoo && 'heads' in zoo) return;
  throw new TypeError('The first argument of startGateway is a zoo of connectZoo or createZoo, or a promise of one.');
}
