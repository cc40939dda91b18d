import { readFlag } from '../../contract/options/read-flag.js';

/** What the environment says of packed weights; undefined where it says nothing. */
export function readPackedSetting(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean | undefined {
  return readFlag(environment.MEDZOO_PACKED_WEIGHTS);
}
