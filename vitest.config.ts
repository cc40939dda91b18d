import { defaultServerConditions } from 'vite';
import { configDefaults, defineConfig } from 'vitest/config';

const TESTS = '{packages,tools}/*/{src,test}/**/*.{spec,e2e-spec}.ts';

/**
 * Rooms whose tests replace no module, start no process and leave nothing behind, so that their files can share a worker
 * and what it has imported. For 35 of the files that took 21 s of processor time, and 47 s with a worker for each file.
 */
const SHARED = [
  'packages/core/src/{contract,domain,image,tasks}/**/*.spec.ts',
  'packages/core/src/model/*.spec.ts',
  'packages/{dicom,nifti,export,draw}/src/**/*.spec.ts',
  'packages/gateway/src/page/**/*.spec.ts',
  'packages/cli/src/{analyze,evaluation,files,presence,statistics,terminal,truth}/**/*.spec.ts',
];

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
