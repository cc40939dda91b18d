const VARIABLE = 'MEDZOO_PACKED_WEIGHTS';

/** What the environment says of packed weights; undefined where it says nothing. */
export function readPackedSetting(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): boolean | undefined {
  const value = (environment[VARIABLE] ?? '').trim().toLowerCase();
  return value === '' ? undefined : !['0', 'false', 'off', 'no'].includes(value);
}
