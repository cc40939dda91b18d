import { parseArgs } from 'node:util';
import { didYouMean } from '@medzoo/core/contract';

export const USAGE = `Usage: medzoo-gateway [options]

  --config FILE   the heads to serve (default: medzoo.config.mjs in the working directory)
  --port N        port to listen on, 0 for any free one (default: PORT, else 4000)
  --host H        address to listen on (default: HOST, else 127.0.0.1: this machine only)
  --help          this text
  --version       the version

Limits and folders are set by environment variables: see the README.
`;

export interface Arguments {
  readonly config: string;
  readonly port?: string;
  readonly host?: string;
  readonly help: boolean;
  readonly version: boolean;
}

const OPTIONS = {
  config: { type: 'string', default: 'medzoo.config.mjs' },
  port: { type: 'string' },
  host: { type: 'string' },
  help: { type: 'boolean', default: false },
  version: { type: 'boolean', default: false },
} as const;

/** Throws an error for an option that is not known; it names the one that may be meant. */
export function readArguments(args: readonly string[]): Arguments {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    const unknown = error instanceof Error ? /^Unknown option '(--[^']*)'/.exec(error.message)?.[1] : undefined;
    if (unknown === undefined) throw error;
    const names = Object.keys(OPTIONS).map((name) => `--${name}`);
    throw new Error(`There is no option ${unknown}. There are ${names.join(', ')}.${didYouMean(unknown, names)}`, {
      cause: error,
    });
  }
}
