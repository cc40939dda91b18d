import { defaultServerConditions } from 'vite';
import { defineConfig } from 'vitest/config';

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
    include: ['{packages,tools}/*/{src,test}/**/*.{spec,e2e-spec}.ts'],
    pool: 'forks',
    testTimeout: 30_000,
  },
});
