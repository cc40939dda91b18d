import { SMOKE_TESTS } from './smoke-tests.js';

/** A project of the workspace, as `nx graph` knows it. */
export interface Project {
  readonly name: string;
  /** From the root of the workspace, without a slash at its end. */
  readonly root: string;
  /** Names of the projects that it needs. */
  readonly dependsOn: readonly string[];
}

export interface Change {
  /** The commit that the work is compared with; undefined if there is none. */
  readonly base: string | undefined;
  /** Paths from the root that differ from it, those that git does not track included. */
  readonly changed: readonly string[];
  readonly projects: readonly Project[];
}

/** Which tests `npm test` runs. Folders are those of projects; `.ci/run` runs all tests. */
export type Choice =
  | { readonly everything: true; readonly why: string }
  | {
      readonly everything: false;
      /** Hold what has changed: their tests that import it run, which vitest finds, and their end-to-end tests. */
      readonly own: readonly string[];
      /** All of their tests run: those read files that nothing imports, such as weights, kernels and templates. */
      readonly whole: readonly string[];
      /** Paths of tests that use, as a whole, what needs the projects that have changed. */
      readonly smoke: readonly string[];
      /** Folders of Python, whose tests pytest runs. */
      readonly python: readonly string[];
    };

/** It runs what documents say, and checks them. */
const DOCS = 'tools/docs-check';

/** No projects of the workspace: no test of TypeScript imports them. */
const PYTHON = ['tools/train', 'tools/medzoo-train'];

/** Takes so long that it runs in `.ci/run` only, and when it has changed itself. */
export function isLong(path: string): boolean {
  return /\.long\.(e2e-)?spec\.ts$/.test(path);
}

/** Chooses everything wherever it is not certain what a changed file is for. */
export function chooseTests({ base, changed, projects }: Change): Choice {
  if (base === undefined) return { everything: true, why: 'there is no commit to compare with' };
  if (changed.length === 0) return { everything: true, why: `nothing differs from ${base.slice(0, 7)}` };
  const python = PYTHON.filter((folder) => changed.some((path) => isPython(path) && path.startsWith(`${folder}/`)));
  const others = changed.filter((path) => !isDocument(path) && !isPython(path));
  const outside = others.find((path) => ownerOf(path, projects) === undefined);
  if (outside !== undefined) return { everything: true, why: `${outside} belongs to no project` };
  const own = foldersOf(others, projects);
  const unimported = others.filter((path) => !isSource(path, projects));
  const whole = foldersOf(unimported, projects);
  return {
    everything: false,
    own,
    whole: changed.some(isDocument) ? [...new Set([...whole, DOCS])] : whole,
    smoke: dependentsOf(own, projects).flatMap((root) => SMOKE_TESTS[root] ?? []),
    python,
  };
}

/** A template may be Markdown, but it is part of what its package does. */
function isDocument(path: string): boolean {
  return path.endsWith('.md') && !path.includes('/templates/');
}

function isPython(path: string): boolean {
  return path.endsWith('.py') && PYTHON.some((folder) => path.startsWith(`${folder}/`));
}

function isSource(path: string, projects: readonly Project[]): boolean {
  const { root = '' } = ownerOf(path, projects) ?? {};
  return /^\/(src|test)\/.*\.ts$/.test(path.slice(root.length));
}

function ownerOf(path: string, projects: readonly Project[]): Project | undefined {
  return projects.find(({ root }) => path.startsWith(`${root}/`));
}

/** Folders of the projects that own these files, sorted. */
function foldersOf(paths: readonly string[], projects: readonly Project[]): readonly string[] {
  return [...new Set(paths.flatMap((path) => ownerOf(path, projects)?.root ?? []))].toSorted();
}

/** Folders of the projects that need these, directly or not, without these themselves; sorted. */
function dependentsOf(roots: readonly string[], projects: readonly Project[]): readonly string[] {
  const found = new Set(projects.filter(({ root }) => roots.includes(root)).map(({ name }) => name));
  let size;
  do {
    size = found.size;
    for (const { name, dependsOn } of projects) if (dependsOn.some((needed) => found.has(needed))) found.add(name);
  } while (found.size > size);
  return projects
    .filter(({ name, root }) => found.has(name) && !roots.includes(root))
    .map(({ root }) => root)
    .toSorted();
}
