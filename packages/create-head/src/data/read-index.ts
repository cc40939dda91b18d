import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CsvError, parse, type InfoField } from 'csv-parse/sync';
import { AnswerError } from '../ask/answers.js';

/** The rows of an index.csv by column, in lower case. */
export type Records = readonly Readonly<Record<string, string>>[];

/** A spreadsheet's "Unicode text" begins with these bytes, and the parser reads it. */
const UTF16 = Buffer.from([0xff, 0xfe]);

/**
 * The rows of a folder's index.csv; undefined where there is none. What `medzoo embed` would refuse later is an
 * AnswerError in the same words (cli's parse-index.spec.ts holds both together), which quotes nothing of the file:
 * names of images may name patients.
 */
export async function readIndex(folder: string): Promise<Records | undefined> {
  const path = join(folder, 'index.csv');
  const index = await readFile(path).catch(() => undefined);
  if (!index) return undefined;
  if (!isUtf8(index) && !index.subarray(0, 2).equals(UTF16)) {
    const lines = index.toString('latin1').split('\n');
    const line = lines.findIndex((text) => !isUtf8(Buffer.from(text, 'latin1'))) + 1;
    throw new AnswerError(
      `${path} is not in UTF-8 (line ${line}), so that its letters cannot be told. Save it as "CSV UTF-8".`,
    );
  }
  try {
    return parse<Record<string, string>>(index, {
      bom: true,
      cast: composeLetters,
      columns: (names: string[]) => checkColumns(names, path).map(plain),
      skip_empty_lines: true,
      trim: true,
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { code, lines } = error as CsvError & { readonly lines?: number };
    const fault = CSV_FAULTS[code] ?? `The parser says ${code}. Save it as CSV again.`;
    throw new AnswerError(`${path} is not valid CSV in line ${lines ?? 'unknown'}. ${fault}`);
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

/** Spreadsheets write CSV with the separator of their country. */
const SEPARATORS = { ';': 'semicolons', '\t': 'tabs', '|': 'bars' };

function checkColumns(names: string[], path: string): string[] {
  const twice = names.map(plain).find((name, index, all) => name !== '' && all.indexOf(name) < index);
  if (twice !== undefined) {
    throw new AnswerError(
      `${path} has two columns "${twice}": upper and lower case count as the same. Take one out, or call it by ` +
        'another name.',
    );
  }
  if (names.some(isImage)) return names;
  const found = Object.entries(SEPARATORS).find(([mark]) => names.some((name) => name.split(mark).some(isImage)));
  throw new AnswerError(
    `${path} needs a column image; none of the ${names.length} in its first line is called so.` +
      (found ? ` Its columns are separated by ${found[1]}: save it with commas.` : ''),
  );
}

function isImage(name: string): boolean {
  return plain(name) === 'image';
}

function plain(name: string): string {
  return name.trim().toLowerCase();
}
