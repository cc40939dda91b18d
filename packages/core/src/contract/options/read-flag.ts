/** As the gateway, and zod's `stringbool`, have it. */
const OFF = ['0', 'false', 'off', 'no', 'n', 'disabled'];

/** What a variable of the environment says, on or off; undefined where it says nothing. */
export function readFlag(variable: string | undefined): boolean | undefined {
  const value = (variable ?? '').trim().toLowerCase();
  return value === '' ? undefined : !OFF.includes(value);
}
