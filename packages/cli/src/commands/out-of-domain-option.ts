import { Option } from 'commander';

/** `--out-of-domain`, of commands that ask heads. */
export function createOutOfDomainOption(): Option {
  return new Option('--out-of-domain <what>', 'what becomes of an image that is not of the kind a head was trained on')
    .choices(['refuse', 'warn'])
    .default('refuse');
}
