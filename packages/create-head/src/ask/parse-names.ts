import { CsvError, parse } from 'csv-parse/sync';
import { AnswerError } from './answers.js';

/**
 * `a,b` as a and b; a name with a comma stands in double quotes, as in CSV and as medzoo-train reads it: `a,"b, c"`.
 * Throws an AnswerError for a quote that is not closed.
 */
export function parseNames(text: string): string[] {
  try {
    const [names = []] = parse(text, { trim: true });
    return names.map((name) => name.normalize('NFC'));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new AnswerError(
      `The quotes in ${text} do not fit: put a name with a comma in double quotes, such as 'a,"b, c"', and write a ` +
        'quote within them twice.',
    );
  }
}

/** Names as `parseNames` and medzoo-train read them. */
export function formatNames(names: readonly string[]): string {
  return names.map((name) => (/[",]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name)).join(',');
}
