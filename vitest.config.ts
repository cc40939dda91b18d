import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultServerConditions } from 'vite';
import { configDefaults, defineConfig } from 'vitest/config';

const ROOT = import.meta.dirname;
const TESTS = '{packages,tools}/*/{src,test}/**/*.{spec,e2e-spec}.ts';

/** What a test changes for the whole of its process, which the next file in that process would find changed. */
const CHANGES_PROCESS =
  /vi\.(mock|doMock|resetModules|stubEnv|stubGlobal|useFakeTimers)\(|process\.(env\b|chdir|on\(|once\()|globalThis\./;

/**
 * Tests that change nothing in their process share it with others, and what it has imported: each file that has a
 * process of its own imports everything anew, which takes a second or two of processor time.
 */
const SHARED = findSpecs().filter((path) => !CHANGES_PROCESS.test(readFileSync(join(ROOT, path), 'utf8')));

/** Paths of the tests that start no programs, and of the gateway's, most of which start it in their own process. */
function findSpecs(): readonly string[] {
  const projects = ['packages', 'tools'].flatMap((parent) =>
    readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}`),
  );
  const folders = projects.flatMap((project) => [`${project}/src`, `${project}/test`]);
  return folders
    .filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
    )
    .filter((path) => path.endsWith('.spec.ts') || /^packages\/gateway\/.*\.e2e-spec\.ts$/.test(path));
}

export default defineConfig({
  // type-graphql and tsyringe need the decorators of TypeScript with their metadata.
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  // Tests import every @medzoo package from its source, so a failure points at a line of TypeScript.
  // Node knows no "module" entries, and OpenTelemetry's imports without extensions.
  ssr: {
    resolve: { conditions: ['@medzoo/source', ...defaultServerConditions.filter((name) => name !== 'module')] },
  },
  // The entry that Node itself takes: graphql's "module" entry would be a second graphql beside type-graphql's.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    pool: 'forks',
    testTimeout: 30_000,
    projects: [
      { extends: true, test: { name: 'shared', include: SHARED, isolate: false } },
      { extends: true, test: { name: 'alone', include: [TESTS], exclude: [...configDefaults.exclude, ...SHARED] } },
    ],
  },
});
