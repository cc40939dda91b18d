import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { chooseTests, type Project } from './choose-tests.js';

const base = '0123456789';
const projects: readonly Project[] = [
  { name: '@medzoo/cli', root: 'packages/cli', dependsOn: ['@medzoo/medcls'] },
  { name: '@medzoo/core', root: 'packages/core', dependsOn: [] },
  { name: '@medzoo/docs-check', root: 'tools/docs-check', dependsOn: ['@medzoo/cli', '@medzoo/core'] },
  { name: '@medzoo/draw', root: 'packages/draw', dependsOn: ['@medzoo/core'] },
  { name: '@medzoo/medcls', root: 'packages/medcls', dependsOn: ['@medzoo/core'] },
];
const choose = (...changed: string[]) => chooseTests({ base, changed, projects });
const all = ['packages/cli', 'packages/core', 'packages/draw', 'packages/medcls', 'tools/docs-check'];

it('chooses everything where there is nothing to compare', () => {
  expect(choose()).toEqual({ everything: true, why: 'nothing differs from 0123456' });
  expect(chooseTests({ base: undefined, changed: ['packages/core/src/a.ts'], projects })).toMatchObject({
    everything: true,
  });
});

it.each([
  'package-lock.json',
  'tsconfig.base.json',
  'tools/measure-heads.mjs',
  'vitest.config.ts',
  'tools/medzoo-train/constraints.txt',
  'packages/new/src/index.ts',
])('chooses everything for %s, which belongs to no project', (path) => {
  expect(choose('packages/core/src/a.ts', path)).toEqual({ everything: true, why: `${path} belongs to no project` });
});

it('chooses the end-to-end tests of whatever needs a source file, and leaves the others to its imports', () => {
  expect(choose('packages/core/src/zoo/a.ts')).toEqual({ everything: false, endToEnd: all, whole: [] });
  expect(choose('packages/draw/test/a.e2e-spec.ts')).toMatchObject({ endToEnd: ['packages/draw'], whole: [] });
});

it('chooses all tests of whatever needs a file that is not imported, of dependents of dependents too', () => {
  const dependents = ['packages/cli', 'packages/medcls', 'tools/docs-check'];
  expect(choose('packages/medcls/model/brain-mri/model.json')).toMatchObject({
    endToEnd: dependents,
    whole: dependents,
  });
  expect(choose('packages/core/kernels/resize.ts')).toMatchObject({ whole: all });
  expect(choose('packages/core/src/page/style.css')).toMatchObject({ whole: all });
  expect(choose('packages/draw/templates/src/a.ts')).toMatchObject({ whole: ['packages/draw'] });
  expect(choose('packages/draw/templates/README.md')).toMatchObject({ whole: ['packages/draw'] });
});

it('chooses the tests of documents for a document, wherever it is', () => {
  for (const path of ['README.md', 'docs/operating.md', 'packages/core/README.md'])
    expect(choose(path)).toEqual({ everything: false, endToEnd: [], whole: ['tools/docs-check'] });
});

const ROOT = new URL('../../../../', import.meta.url);

interface PackageJson {
  readonly name: string;
  readonly dependencies?: object;
  readonly devDependencies?: object;
  readonly peerDependencies?: object;
  readonly nx?: { readonly implicitDependencies?: readonly string[] };
}

/** Names of the packages of this workspace that the TypeScript files of a folder import. */
function importsOf(folder: URL): readonly string[] {
  const files = ['src/', 'test/'].flatMap((name) => {
    const within = new URL(name, folder);
    const paths = existsSync(within) ? readdirSync(within, { recursive: true, encoding: 'utf8' }) : [];
    return paths.filter((path) => path.endsWith('.ts')).map((path) => new URL(path, within));
  });
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  return texts.flatMap((text) =>
    [...text.matchAll(/^(?:import|export|\}) .*from '(@medzoo\/[\w-]+)/gm)].map(([, name]) => name!),
  );
}

// Nx sees what package.json names, and not what only tests import.
it('the graph of Nx has each package that another imports, in its tests too', () => {
  const folders = ['packages/', 'tools/'].flatMap((parent) =>
    readdirSync(new URL(parent, ROOT)).map((name) => new URL(`${parent}${name}/`, ROOT)),
  );
  const unknown = folders.flatMap((folder) => {
    const file = new URL('package.json', folder);
    if (!existsSync(file)) return [];
    const { name, nx, ...about } = JSON.parse(readFileSync(file, 'utf8')) as PackageJson;
    const implicit = nx?.implicitDependencies ?? [];
    const known = { ...about.dependencies, ...about.devDependencies, ...about.peerDependencies };
    return importsOf(folder)
      .filter(
        (other) => other !== name && !(other in known) && !implicit.includes(other) && !implicit.includes('@medzoo/*'),
      )
      .map((other) => `${name} needs ${other}`);
  });
  expect([...new Set(unknown)]).toEqual([]);
});
