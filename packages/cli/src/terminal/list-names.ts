const MOST_NAMES = 8;

/**
 * Names for a message, the first eight of them: a column that is no label may hold another value in each row, and what
 * stands there may be about patients.
 */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ') || 'none';
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}
