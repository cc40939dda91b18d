import { execFile } from 'node:child_process';
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { NodeFacts } from './facts.js';

/** What can be asked of a machine, so that tests answer for machines that are not at hand. */
export interface Machine {
  readonly node: NodeFacts;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Text of a file; undefined where it cannot be read. */
  read(path: string): string | undefined;
  /** Names in a folder, empty where there is none. */
  list(folder: string): readonly string[];
  /** Whether this process may read and write it. */
  canUse(path: string): boolean;
  /** What a program writes; undefined where there is none of that name, or it fails. */
  run(program: string, args: readonly string[]): Promise<string | undefined>;
}

/** nvidia-smi takes seconds where the driver has to wake the GPU. */
const RUN_WITHIN_MS = 15_000;

export const thisMachine: Machine = {
  node: { version: process.versions.node, platform: process.platform, arch: process.arch },
  environment: process.env,
  read: (path) => orElse(() => readFileSync(path, 'utf8'), undefined),
  list: (folder) => orElse(() => readdirSync(folder), []),
  canUse: (path) =>
    orElse(() => {
      accessSync(path, constants.R_OK | constants.W_OK);
      return true;
    }, false),
  run: (program, args) =>
    promisify(execFile)(program, [...args], { timeout: RUN_WITHIN_MS, env: { ...process.env, LC_ALL: 'C' } }).then(
      ({ stdout }) => stdout,
      () => undefined,
    ),
};

function orElse<T>(ask: () => T, otherwise: T): T {
  try {
    return ask();
  } catch {
    return otherwise; // not there, or not for this user: that is the answer
  }
}
