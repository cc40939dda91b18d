import { InvalidArgumentError, Option } from 'commander';

/** Of a machine that does nothing else, ours take five seconds. */
const WITHIN_SECONDS = 120;
const MOST_SECONDS = 86_400;

/** `--within`, of commands that run a stranger's model. */
export function createWithinOption(): Option {
  return new Option('--within <seconds>', 'how long the check may take; a model may compute without end')
    .default(WITHIN_SECONDS)
    .argParser(parseSeconds);
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds > 0 && seconds <= MOST_SECONDS) return seconds;
  throw new InvalidArgumentError(`Expected a whole number of seconds from 1 to ${MOST_SECONDS}.`);
}
