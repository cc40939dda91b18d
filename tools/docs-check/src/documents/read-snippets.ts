/** A fenced block of code in a Markdown document that a reader may copy and run. */
export interface Snippet {
  readonly kind: 'file' | 'program' | 'script';
  /** A file's name; else by its line, such as `line-12`. */
  readonly name: string;
  readonly code: string;
  /** Of the document, from 1, on which the code begins. */
  readonly line: number;
}

const KINDS: Readonly<Record<string, Snippet['kind']>> = {
  ts: 'program',
  js: 'program',
  bash: 'script',
};

/**
 * The snippets of a document, in order. A block whose fence names a file (```js medzoo.config.mjs) is that file for the
 * blocks after it. A program that imports nothing goes on with the program before it. Left out are blocks after `<!--
 * not run: why -->`, and `sh` blocks, which talk to a server: the test of the package that serves runs them.
 */
export function readSnippets(markdown: string): Snippet[] {
  const lines = markdown.split('\n');
  const snippets: Snippet[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const fence = /^```(\w*)\s*(\S*)/.exec(lines[index]!);
    if (!fence) continue;
    const end = lines.indexOf('```', index + 1);
    if (end === -1) throw new Error(`The block of line ${index + 1} has no end.`);
    const [, language = '', file = ''] = fence;
    const kind = file ? 'file' : KINDS[language];
    const before = lines.slice(0, index).findLast((line) => line.trim() !== '') ?? '';
    const isLeftOut = /^<!-- not run: .+ -->$/.test(before.trim());
    if (kind && !isLeftOut) addSnippet(snippets, kind, file, lines.slice(index + 1, end).join('\n'), index + 2);
    index = end;
  }
  return snippets;
}

function addSnippet(snippets: Snippet[], kind: Snippet['kind'], file: string, code: string, line: number): void {
  const before = snippets.findLastIndex((snippet) => snippet.kind === 'program');
  if (kind === 'program' && before !== -1 && !/^import /m.test(code)) {
    const program = snippets[before]!;
    const gap = '\n'.repeat(line - program.line - program.code.split('\n').length + 1);
    snippets[before] = { ...program, code: program.code + gap + code };
  } else {
    snippets.push({ kind, name: file || `line-${line}`, code, line });
  }
}
