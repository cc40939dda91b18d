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

/**
 * Which tests a change can break, beside those whose imports changed, which vitest itself finds. Folders are those of
 * projects.
 */
export type Choice =
  | { readonly everything: true; readonly why: string }
  | {
      readonly everything: false;
      /** Whose end-to-end tests run: what those start is not among what they import. */
      readonly endToEnd: readonly string[];
      /** Whose tests all run: they read files that nothing imports, such as weights, kernels and templates. */
      readonly whole: readonly string[];
    };

/** It runs what documents say, and checks them. */
const DOCS = 'tools/docs-check';

/** Chooses everything wherever it is not certain what a changed file is for. */
export function chooseTests({ base, changed, projects }: Change): Choice {
  if (base === undefined) return { everything: true, why: 'there is no commit to compare with' };
  if (changed.length === 0) return { everything: true, why: `nothing differs from ${base.slice(0, 7)}` };
  const others = changed.filter((path) => !isDocument(path));
  const outside = others.find((path) => ownerOf(path, projects) === undefined);
  if (outside !== undefined) return { everything: true, why: `${outside} belongs to no project` };
  const unimported = others.filter((path) => !isSource(path, projects));
  const whole = withDependents(unimported, projects);
  return {
    everything: false,
    endToEnd: withDependents(others, projects),
    whole: others.length === changed.length ? whole : [...new Set([...whole, DOCS])],
  };
}

/** A template may be Markdown, but it is part of what its package does. */
function isDocument(path: string): boolean {
  return path.endsWith('.md') && !path.includes('/templates/');
}

function isSource(path: string, projects: readonly Project[]): boolean {
  const { root = '' } = ownerOf(path, projects) ?? {};
  return /^\/(src|test)\/.*\.ts$/.test(path.slice(root.length));
}

function ownerOf(path: string, projects: readonly Project[]): Project | undefined {
  return projects.find(({ root }) => path.startsWith(`${root}/`));
}

/** Folders of the projects that own these files, and of all that need those projects, sorted. */
function withDependents(paths: readonly string[], projects: readonly Project[]): readonly string[] {
  const found = new Set(paths.flatMap((path) => ownerOf(path, projects)?.name ?? []));
  let size;
  do {
    size = found.size;
    for (const { name, dependsOn } of projects) if (dependsOn.some((needed) => found.has(needed))) found.add(name);
  } while (found.size > size);
  return projects
    .filter(({ name }) => found.has(name))
    .map(({ root }) => root)
    .toSorted();
}
