/**
 * `error`: it would be refused, or answer wrongly. `warning`: it works, and somebody should know. `skipped`: it could
 * not be looked at.
 */
export type Level = 'ok' | 'warning' | 'error' | 'skipped';

/** What one check says of a head, or of its package. */
export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string;
  readonly level: Level;
  /** What was found: what was expected and what came, where it is not well. */
  readonly message: string;
  /** What mends it: a command, or what to write where. */
  readonly fix?: string;
}

export const ok = (check: string, message: string): Finding => ({ check, level: 'ok', message });
export const skipped = (check: string, message: string): Finding => ({ check, level: 'skipped', message });
export const warning = (check: string, message: string, fix: string): Finding => ({
  check,
  level: 'warning',
  message,
  fix,
});
export const error = (check: string, message: string, fix: string): Finding => ({
  check,
  level: 'error',
  message,
  fix,
});
