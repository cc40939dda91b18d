import { isUtf8 } from 'node:buffer';
import { CsvError, parse, type InfoField } from 'csv-parse/sync';
import { CommandError } from '../../command-error.js';
import type { Fields } from './measured-columns.js';

/** The rows of an index.csv by column, in lower case; a fault is a CommandError that quotes nothing of the file. */
export function parseIndex(bytes: Uint8Array, path: string): Fields[] {
  checkText(bytes, path);
  try {
    return parse<Fields>(bytes, {
      bom: true,
      cast: composeLetters,
      columns: (names: string[]) => checkColumns(names, path).map((name) => name.trim().toLowerCase()),
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // Its message quotes what stands in the file.
    const { code, lines } = error as CsvError & { readonly lines?: number };
    const fault = CSV_FAULTS[code] ?? `The parser says ${code}. Save it as CSV again.`;
    throw new CommandError(`${path} is not valid CSV in line ${lines ?? 'unknown'}. ${fault}`);
  }
}

/** Columns of paths, which are spelt as the file system has them. */
const PATHS = ['image', 'mask'];

/** An umlaut, or another letter with a mark, has two spellings in Unicode: labels and groups get one of them. */
function composeLetters(text: string, { column, header }: InfoField): string {
  return !header && PATHS.includes(String(column)) ? text : text.normalize('NFC');
}

const CSV_FAULTS: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_COLUMNS:
    'It has more fields, or fewer, than the first line: leave a field empty where there is nothing to say, and put ' +
    'quotes around text with a comma.',
  CSV_QUOTE_NOT_CLOSED: 'A quote at or before it begins a text that never ends: within quotes, write a quote twice.',
  CSV_INVALID_CLOSING_QUOTE:
    'Something else than a comma follows a text in quotes: within quotes, write a quote twice.',
  INVALID_OPENING_QUOTE:
    'A quote stands in a text that is not in quotes: put quotes around it, and write its own twice.',
};

/** A spreadsheet's "Unicode text", which the parser knows by these first bytes. */
const UTF16 = [0xff, 0xfe];

/**
 * Some spreadsheets save CSV in the code page of their country. Read as UTF-8, each of its letters beyond ASCII would
 * become the same sign, in labels too: two of them may then be one.
 */
function checkText(bytes: Uint8Array, path: string): void {
  if (isUtf8(bytes) || UTF16.every((byte, index) => bytes[index] === byte)) return;
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  const line = lines.findIndex((text) => !isUtf8(Buffer.from(text, 'latin1'))) + 1;
  throw new CommandError(
    `${path} is not in UTF-8 (line ${line}), so that its letters cannot be told. Save it as "CSV UTF-8".`,
  );
}

/** Before any row is read: one with a decimal comma would be an error that says less. */
function checkColumns(names: string[], path: string): string[] {
  if (names.some(isImage)) {
    checkDistinct(names, path);
    return names;
  }
  throw new CommandError(
    `${path} needs a column image; none of the ${names.length} in its first line is called so.${separatorHint(names)}`,
  );
}

/** Of two columns of one name, the last would count and the others be passed over. */
function checkDistinct(names: readonly string[], path: string): void {
  const plain = names.map((name) => name.trim().toLowerCase());
  const twice = plain.find((name, index) => name !== '' && plain.indexOf(name) < index);
  if (twice === undefined) return;
  throw new CommandError(
    `${path} has two columns "${twice}": upper and lower case count as the same. Take one out, or call it by ` +
      'another name.',
  );
}

/** Spreadsheets write CSV with the separator of their country. */
function separatorHint(names: readonly string[]): string {
  const separators = { ';': 'semicolons', '\t': 'tabs', '|': 'bars' };
  const found = Object.entries(separators).find(([mark]) => names.some((name) => name.split(mark).some(isImage)));
  return found ? ` Its columns are separated by ${found[1]}: save it with commas.` : '';
}

function isImage(name: string): boolean {
  return name.trim().toLowerCase() === 'image';
}
