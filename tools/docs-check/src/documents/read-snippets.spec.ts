import { expect, it } from 'vitest';
import { readSnippets } from './read-snippets.js';

const fence = '```';
const markdown = `# Title
${fence}ts
import { a } from 'a';
${fence}
Then
${fence}ts
a();
${fence}
${fence}js config.mjs
export default 1;
${fence}
${fence}json
{}
${fence}
<!-- not run: needs a GPU -->

${fence}bash
nvidia-smi
${fence}
${fence}bash
ls
${fence}
`;

it('readSnippets keeps what can be run, in order and at its line', () => {
  expect(readSnippets(markdown)).toEqual([
    { kind: 'program', name: 'line-3', line: 3, code: "import { a } from 'a';\n\n\n\na();" },
    { kind: 'file', name: 'config.mjs', line: 10, code: 'export default 1;' },
    { kind: 'script', name: 'line-21', line: 21, code: 'ls' },
  ]);
  expect(() => readSnippets('```ts\n')).toThrow('The block of line 1 has no end.');
});
