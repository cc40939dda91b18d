import { cutText } from './show-value.js';

/** Of what a library wrote, more would not be read. */
const MOST_OF_MESSAGE = 2000;

/**
 * The words of whatever was thrown, for a message. JavaScript throws anything: an error whose message is a getter that
 * throws, an object without a prototype, a symbol. To say what it was must not throw again.
 */
export function describeThrown(thrown: unknown): string {
  try {
    const words: unknown = thrown instanceof Error ? thrown.message : thrown;
    return cutText(String(words), MOST_OF_MESSAGE);
  } catch {
    return `something of type ${typeof thrown} that has no words`;
  }
}
