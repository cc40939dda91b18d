import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkNpmLine } from './check-npm-line.js';
import { findTypeFaults, stripTypes } from './check-types.js';
import { readSnippets, type Snippet } from './read-snippets.js';
import { replaceNpx } from './replace-npx.js';
import { runCommand } from '../run-command.js';
import { findDocuments, readBins, readWorkspace, ROOT } from '../workspace.js';

const TIMEOUT_MS = 120_000;
const SAMPLES = new URL('tools/samples/images/', ROOT);
const workspace = readWorkspace();
const bins = readBins();

/** Inside the workspace, so that its packages are found; of this run only. */
const scratch = createScratch();

function createScratch(): URL {
  mkdirSync(new URL('out/', ROOT), { recursive: true });
  return pathToFileURL(`${mkdtempSync(fileURLToPath(new URL('out/docs-check-', ROOT)))}/`);
}

/** A folder for each document, in which the samples and a config lie. */
const documents = findDocuments()
  .map((path) => ({
    path,
    folder: new URL(`${path.replaceAll('/', '-')}/`, scratch),
    snippets: readSnippets(readFileSync(new URL(path, ROOT), 'utf8')),
  }))
  .filter(({ snippets }) => snippets.length > 0);

const programs = documents.flatMap(({ folder, snippets }) =>
  snippets.filter(({ kind }) => kind === 'program').map(({ name }) => new URL(`${name}.ts`, folder)),
);

/** Programs keep the lines of their document, so that a fault points there. */
function prepare({ folder, snippets }: (typeof documents)[number]): void {
  mkdirSync(folder);
  cpSync(SAMPLES, folder, { recursive: true });
  cpSync(new URL('medzoo.config.mjs', ROOT), new URL('medzoo.config.mjs', folder));
  writeFileSync(new URL('package.json', folder), '{ "type": "module" }\n');
  for (const { kind, name, code, line } of snippets) {
    if (kind === 'file') writeFileSync(new URL(name, folder), `${code}\n`);
    if (kind !== 'program') continue;
    const source = '\n'.repeat(line - 1) + code;
    writeFileSync(new URL(`${name}.ts`, folder), source);
    writeFileSync(new URL(`${name}.js`, folder), stripTypes(source));
  }
}

async function run({ kind, name, code }: Snippet, folder: URL): Promise<string> {
  if (kind === 'program') return runCommand(process.execPath, [fileURLToPath(new URL(`${name}.js`, folder))], folder);
  const script = code.split('\n').filter((line) => !checkNpmLine(line, workspace));
  return runCommand(
    'bash',
    ['-euo', 'pipefail', '-c', script.map((line) => replaceNpx(line, bins)).join('\n')],
    folder,
  );
}

beforeAll(() => documents.forEach(prepare));
afterAll(() => rmSync(scratch, { recursive: true }));

it('the programs of all documents type check', { timeout: TIMEOUT_MS }, () => {
  expect(findTypeFaults(programs)).toEqual([]);
});

it(
  "the README's first program runs as it stands, and prints what the README shows",
  { timeout: TIMEOUT_MS },
  async () => {
    const { path, folder, snippets } = documents.find((document) => document.path === 'README.md')!;
    const { code } = snippets.find(({ kind }) => kind === 'program')!;
    const program = new URL('demo.mjs', folder);
    writeFileSync(program, code); // JavaScript, since Node 20 runs no TypeScript
    const [, shown] = /It prints:\n\n```text\n([^`]+)```/.exec(readFileSync(new URL(path, ROOT), 'utf8'))!;
    const parts = shown!.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    const printed = await runCommand(process.execPath, [fileURLToPath(program)], folder);
    expect(printed).toMatch(new RegExp(`^${parts.join('.*')}$`));
  },
);

for (const { path, folder, snippets } of documents) {
  const runnable = snippets.filter(({ kind }) => kind !== 'file');
  if (runnable.length === 0) continue; // its files are for another test, as those of docs/bundling.md are
  describe(path, () => {
    for (const snippet of runnable) {
      it(`the ${snippet.kind} of line ${snippet.line} runs`, { timeout: TIMEOUT_MS }, () => run(snippet, folder));
    }
  });
}
