import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readAnchors, readLinks, readPaths } from './links.js';
import { findDocuments, ROOT } from '../workspace.js';

const REPOSITORY = /^https:\/\/github\.com\/medzoo\/medzoo\/(?:blob|tree)\/main\//;
/** Written by `npm run docs:api`, and not committed. */
const GENERATED = /^docs\/api(?:\/|$)/;

const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

/** Where a link of a document leads in this repository; undefined for one that leads out of it. */
function resolve(link: string, document: string): URL | undefined {
  if (REPOSITORY.test(link)) return new URL(link.replace(REPOSITORY, ''), ROOT);
  return /^\w+:/.test(link) ? undefined : new URL(link, new URL(document, ROOT));
}

function findFault(link: string, document: string): string | undefined {
  const target = resolve(link, document);
  if (!target) return undefined;
  const { hash } = target;
  target.hash = '';
  if (GENERATED.test(target.href.slice(ROOT.href.length))) return undefined;
  if (!existsSync(target)) return `${link}: no such file`;
  const isAnchor = hash !== '' && target.pathname.endsWith('.md');
  return isAnchor && !readAnchors(readFileSync(target, 'utf8')).has(hash.slice(1))
    ? `${link}: no such heading`
    : undefined;
}

describe.each([...findDocuments(), 'CONTRIBUTING.md'])('%s', (document) => {
  it('links to files and headings that exist', () => {
    const faults = readLinks(read(document)).map((link) => findFault(link, document));
    expect(faults.filter((fault) => fault !== undefined)).toEqual([]);
  });
});

it('how-a-request-travels.md and CONTRIBUTING.md name files and folders that exist', () => {
  const folders = ['', 'packages/', 'packages/gateway/src/', 'packages/core/src/'];
  const paths = ['docs/how-a-request-travels.md', 'CONTRIBUTING.md'].flatMap((document) => readPaths(read(document)));
  const missing = paths.filter((path) => !folders.some((folder) => existsSync(new URL(folder + path, ROOT))));
  expect(missing).toEqual([]);
  expect(paths.length).toBeGreaterThan(40);
});

describe('readLinks, readAnchors and readPaths', () => {
  const page = [
    '# A `page`, of two words',
    'See [this](a.md#b), ![that](c.png) and `[not](this)`.',
    '```sh\n# not a heading, [not](a-link)\n```',
    '## Twice',
    '## Twice',
    'In `zoo/create-zoo.ts` and `zoo/`, not `createZoo`, `a/b` or `.ts`.',
  ].join('\n\n');

  it('read what GitHub would make of a page', () => {
    expect(readLinks(page)).toEqual(['a.md#b', 'c.png']);
    expect([...readAnchors(page)]).toEqual(['a-page-of-two-words', 'twice', 'twice-1']);
    expect(readPaths(page)).toEqual(['zoo/create-zoo.ts', 'zoo/']);
  });
});
