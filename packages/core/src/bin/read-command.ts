import { parseArgs } from 'node:util';

export const USAGE = `Usage: medzoo COMMAND [options]

  prefetch        fetch and verify all weights of the config's heads and encoders
  doctor          say what works on this machine, what does not, and what mends it

  --config FILE   the heads (default: medzoo.config.mjs in the working directory)
  --json          doctor: the report as JSON
  --help          this text
  --version       the version

Fetched weights are kept in MEDZOO_CACHE_DIR, or in the platform's cache folder; MEDZOO_OFFLINE=1 fetches nothing.
`;

const COMMANDS = ['prefetch', 'doctor'] as const;

export interface Command {
  readonly name: (typeof COMMANDS)[number] | 'help' | 'version';
  /** Undefined if it was not named. */
  readonly config: string | undefined;
  readonly json: boolean;
}

/** Throws an Error that says what was not understood. */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      config: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
      version: { type: 'boolean', default: false },
    },
  });
  const { config, json } = values;
  if (values.help) return { name: 'help', config, json };
  if (values.version) return { name: 'version', config, json };
  const [given, ...rest] = positionals;
  const name = COMMANDS.find((command) => command === given);
  if (!name || rest.length > 0) {
    throw new Error(`Expected one of the commands ${COMMANDS.join(', ')}; got ${positionals.join(' ') || 'none'}.`);
  }
  if (json && name !== 'doctor') throw new Error(`--json goes with doctor; ${name} has no such option.`);
  return { name, config, json };
}
