/**
 * A fault that the person at the terminal can mend; its message is one line that says what was expected, what came,
 * what to do.
 */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
