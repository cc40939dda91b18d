const MOST_NAMES = 8;

/**
 * Names for a message, the first eight of them, or `most`: a column that is no label may hold another value in each
 * row, and what stands there may be about patients.
 */
export function listNames(names: readonly string[], most = MOST_NAMES): string {
  const shown = names.slice(0, most).join(', ') || 'none';
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}
