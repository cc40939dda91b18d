import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ROOT } from '../workspace.js';

/** A line of a list of folders: its path, spaces, what it holds. */
const LINE = /^([a-z][\w./-]*|\.) +\S/gm;

/** Folders below `packages` with TypeScript of their own, as paths from there. */
function findSourceFolders(): string[] {
  const files = readdirSync(new URL('packages/', ROOT), { recursive: true, encoding: 'utf8' });
  const folders = files
    .filter((path) => /^[\w-]+\/src\/.*\.ts$/.test(path))
    .map((path) => path.slice(0, path.lastIndexOf('/')));
  return [...new Set(folders)];
}

/** The same, as docs/folders.md names them; the packages with one folder stand in its last sentence. */
function readNamedFolders(page: string): string[] {
  const sections = page.split(/^## /m).slice(1);
  return sections.flatMap((section) => {
    const [title = ''] = section.split('\n', 1);
    const list = /^```\n([^]*?)^```/m.exec(section)?.[1] ?? '';
    const parent = /^packages\/(.*)$/.exec(title)?.[1];
    return [...list.matchAll(LINE)].map(([, path]) => (parent ? `${parent}/${path}`.replace(/\/\.$/, '') : path!));
  });
}

it('docs/folders.md names every folder of source, and no other', () => {
  const page = readFileSync(new URL('docs/folders.md', ROOT), 'utf8');
  const sources = findSourceFolders();
  const alone = /^(.*) have one folder of source each\.$/m.exec(page)![1]!.match(/[\w-]+(?=`)/g)!;
  const tops = sources.filter((path) => path.endsWith('/src'));
  const withRooms = tops.filter((top) => sources.some((path) => path.startsWith(`${top}/`)));
  expect(alone.toSorted()).toEqual(
    tops
      .filter((top) => !withRooms.includes(top))
      .map((top) => top.replace('/src', ''))
      .toSorted(),
  );
  const named = readNamedFolders(page);
  const others = sources.filter((path) => !tops.includes(path));
  expect(named.filter((path) => !tops.includes(path)).toSorted()).toEqual(others.toSorted());
  expect(named.length).toBeGreaterThan(100);
});
