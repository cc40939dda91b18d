import { parse, printParseErrorCode, type ParseError } from 'jsonc-parser';

/** What stands where it may not, in words; of anything else, the place says enough. */
const WORDS: Readonly<Record<string, string>> = {
  PropertyNameExpected: 'a name in double quotes was expected, or there is a comma too many',
  ValueExpected: 'a value was expected, or there is a comma too many',
  ColonExpected: 'a colon was expected',
  CommaExpected: 'a comma was expected',
  CloseBraceExpected: 'a closing } was expected',
  CloseBracketExpected: 'a closing ] was expected',
  EndOfFileExpected: 'the end of the file was expected',
  InvalidCommentToken: 'JSON has no comments',
  UnexpectedEndOfString: 'a text does not end in its line',
  InvalidSymbol: 'there is a word that JSON does not have',
};

/**
 * As JSON.parse, but its SyntaxError says line and column, and nothing of the content, which may be confidential.
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`it is not JSON: ${locateFault(text)}`, { cause });
  }
}

function locateFault(text: string): string {
  const errors: ParseError[] = [];
  parse(text, errors, { disallowComments: true });
  const [first] = errors;
  if (!first) return 'its first fault cannot be told'; // only JSON.parse finds it, such as a tab within a text
  const before = text.slice(0, first.offset).split('\n');
  const place = `line ${before.length}, column ${before.at(-1)!.length + 1}`;
  const words = WORDS[printParseErrorCode(first.error)];
  return words === undefined ? place : `${place} (${words})`;
}
