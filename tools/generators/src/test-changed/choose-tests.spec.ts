import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { chooseTests, isLong, type Project } from './choose-tests.js';
import { SMOKE_TESTS } from './smoke-tests.js';

const base = '0123456789';
const projects: readonly Project[] = [
  { name: '@medzoo/cli', root: 'packages/cli', dependsOn: ['@medzoo/medcls'] },
  { name: '@medzoo/core', root: 'packages/core', dependsOn: [] },
  { name: '@medzoo/docs-check', root: 'tools/docs-check', dependsOn: ['@medzoo/cli', '@medzoo/core'] },
  { name: '@medzoo/draw', root: 'packages/draw', dependsOn: ['@medzoo/core'] },
  { name: '@medzoo/medcls', root: 'packages/medcls', dependsOn: ['@medzoo/core'] },
];
const choose = (...changed: string[]) => chooseTests({ base, changed, projects });
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

it('chooses tests of the project itself, and the smoke tests of whatever needs it, dependents of dependents too', () => {
  const [medcls, cli, draw] = ['packages/medcls', 'packages/cli', 'packages/draw'].map((root) => SMOKE_TESTS[root]!);
  const nothing = { everything: false, whole: [], python: [] };
  expect(choose('packages/core/src/zoo/a.ts')).toEqual({
    ...nothing,
    own: ['packages/core'],
    smoke: [...cli!, ...draw!, ...medcls!],
  });
  expect(choose('packages/medcls/src/a.ts')).toEqual({ ...nothing, own: ['packages/medcls'], smoke: cli });
  expect(choose('packages/draw/test/a.e2e-spec.ts')).toEqual({ ...nothing, own: ['packages/draw'], smoke: [] });
});

it('chooses all tests of the project whose file is not imported', () => {
  for (const path of ['kernels/resize.ts', 'src/page/style.css', 'templates/src/a.ts', 'templates/README.md', 'a.json'])
    expect(choose(`packages/draw/${path}`)).toMatchObject({ own: ['packages/draw'], whole: ['packages/draw'] });
});

it('chooses the tests of documents for a document, wherever it is', () => {
  for (const path of ['README.md', 'docs/operating.md', 'packages/core/README.md'])
    expect(choose(path)).toMatchObject({ everything: false, own: [], whole: ['tools/docs-check'], smoke: [] });
});

it('knows tests that take long by their names', () => {
  const names = ['a.long.e2e-spec.ts', 'a.long.spec.ts', 'a.spec.ts', 'long.e2e-spec.ts', 'a-long.spec.ts'];
  expect(names.map(isLong)).toEqual([true, true, false, false, false]);
});

it('leaves Python to pytest', () => {
  expect(choose('tools/train/medzoo_train/train.py')).toEqual({
    ...{ everything: false, own: [], whole: [], smoke: [] },
    python: ['tools/train'],
  });
  expect(choose('tools/train/medzoo_train/train.py', 'packages/draw/src/a.ts')).toMatchObject({
    own: ['packages/draw'],
    python: ['tools/train'],
  });
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

it('each project of the workspace says which of its tests are for a change of what it needs', () => {
  const roots = ['packages', 'tools'].flatMap((parent) =>
    readdirSync(new URL(`${parent}/`, ROOT))
      .map((name) => `${parent}/${name}`)
      .filter((root) => existsSync(new URL(`${root}/package.json`, ROOT))),
  );
  expect(Object.keys(SMOKE_TESTS)).toEqual(expect.arrayContaining(roots.filter((root) => root !== 'packages/core')));
  const absent = Object.values(SMOKE_TESTS)
    .flat()
    .filter((path) => !existsSync(new URL(path, ROOT)));
  expect(absent).toEqual([]);
});
