/** A string, which is left as it is, or a number's or word's place that JSON or a double cannot hold. */
const TOKENS = /"(?:[^"\\]|\\.)*"|(?<![\w.+-])-?\d{16,}(?![\w.+-])|(?<![\w"])(?:NaN|-?Infinity)(?!\w)/g;

/**
 * `JSON.parse`, but whole numbers of 16 digits and more come as text, since a double would round an int64, and NaN and
 * Infinity, which Python's json writes, as null. Node 20 cannot show a reviver a number's own text; a parser in
 * JavaScript would be slow on megabytes.
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(
    text.replace(TOKENS, (token) => {
      if (token.startsWith('"')) return token;
      return /\d/.test(token) ? `"${token}"` : 'null';
    }),
  );
}
