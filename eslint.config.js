// Style and the direction of imports (docs/architecture.md, "Layout"). Formatting is prettier's.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import nx from '@nx/eslint-plugin';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import { importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** Tests may lean on more than the code they test. */
const TESTS = ['**/*.spec.ts', '**/*.e2e-spec.ts', '**/test/**/*.ts', '**/testing/**/*.ts'];

/** The workspace's, and that of what runs in a browser. */
const TSCONFIGS = ['./tsconfig.json', './packages/gateway/src/page/script/tsconfig.json'];

/**
 * Inside core: contract, host <- kernels <- image, model, domain, flow <- sessions, tasks <- zoo <- process, doctor;
 * backend is for other packages. A room may import itself and what its list names.
 */
const CORE_ROOMS = {
  contract: [],
  kernels: ['contract'],
  host: [],
  flow: ['contract'],
  image: ['contract', 'kernels'],
  model: ['contract', 'kernels'],
  domain: ['contract'],
  tasks: ['contract', 'domain', 'image', 'model'],
  sessions: ['contract', 'flow', 'host', 'model'],
  backend: ['contract', 'flow', 'model'],
  zoo: ['contract', 'domain', 'flow', 'host', 'image', 'model', 'sessions', 'tasks'],
  process: ['contract', 'domain', 'flow', 'host', 'image', 'model', 'sessions', 'zoo'],
  doctor: ['contract', 'flow', 'host', 'model', 'sessions', 'zoo'],
};
const coreZones = Object.entries(CORE_ROOMS).map(([room, before]) => ({
  target: `./packages/core/src/${room}/**/!(*.spec|*.e2e-spec).ts`,
  from: './packages/core/src',
  except: [room, ...before].map((name) => `./${name}`),
  message: `Imports run one way: ${room} may import ${before.join(', ') || 'nothing outside itself'}.`,
}));

/** Packages with heads or an encoder, by their tag in Nx: a new one is held to the same rules without an edit here. */
const MODEL_PACKAGES = readdirSync(new URL('packages/', import.meta.url)).filter((name) => {
  const file = new URL(`packages/${name}/package.json`, import.meta.url);
  const { nx: { tags = [] } = {} } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  return tags.includes('scope:head') || tags.includes('scope:encoder');
});

export default tseslint.config(
  // packages/core/kernels is AssemblyScript, whose own compiler checks it.
  { ignores: ['**/dist/', '**/coverage/', '.nx/', 'out/', 'tools/train/', '**/.venv/', 'packages/core/kernels/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { project: TSCONFIGS, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX, '@nx': nx },
    settings: {
      ...importX.flatConfigs.typescript.settings,
      'import-x/resolver-next': [
        createTypeScriptImportResolver({
          project: './tsconfig.json',
          conditionNames: ['@medzoo/source', 'import', 'node', 'default'],
        }),
      ],
    },
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: false, skipComments: false }],
      eqeqeq: 'error',
      'no-console': 'error',
      'import-x/no-default-export': 'error',
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones: coreZones }],
      '@nx/enforce-module-boundaries': [
        'error',
        {
          allow: [],
          depConstraints: [
            { sourceTag: 'scope:core', onlyDependOnLibsWithTags: ['scope:core'] },
            { sourceTag: 'scope:head', onlyDependOnLibsWithTags: ['scope:core', 'scope:encoder'] },
            { sourceTag: 'scope:encoder', onlyDependOnLibsWithTags: ['scope:core'] },
            { sourceTag: 'scope:format', onlyDependOnLibsWithTags: ['scope:core'] },
            { sourceTag: 'scope:export', onlyDependOnLibsWithTags: ['scope:core'] },
            { sourceTag: 'scope:draw', onlyDependOnLibsWithTags: ['scope:core'] },
            { sourceTag: 'scope:backend', onlyDependOnLibsWithTags: ['scope:core'] },
            {
              sourceTag: 'scope:gateway',
              onlyDependOnLibsWithTags: ['scope:core', 'scope:format', 'scope:export', 'scope:draw'],
            },
            {
              sourceTag: 'scope:cli',
              onlyDependOnLibsWithTags: [
                'scope:core',
                'scope:draw',
                'scope:head',
                'scope:encoder',
                'scope:format',
                'scope:export',
              ],
            },
            { sourceTag: 'scope:create', onlyDependOnLibsWithTags: ['scope:create'] },
            {
              sourceTag: 'scope:tool',
              onlyDependOnLibsWithTags: [
                'scope:core',
                'scope:head',
                'scope:encoder',
                'scope:cli',
                'scope:create',
                'scope:tool',
              ],
            },
          ],
        },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // Row and column arithmetic on typed arrays under noUncheckedIndexedAccess: `!` there says "in range by
      // construction".
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
  {
    // type-graphql's classes describe the schema and have no members of their own; the values that fill it are plain
    // data.
    files: ['packages/gateway/src/**/*.ts'],
    rules: {
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    },
  },
  {
    // A head is tested with arrays: at run time it needs the contract and neither sharp nor onnxruntime.
    files: MODEL_PACKAGES.map((name) => `packages/${name}/src/**/*.ts`),
    ignores: TESTS,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            {
              name: '@medzoo/core',
              message: 'A head imports @medzoo/core/contract, and @medzoo/core/model to read its model.json.',
            },
          ],
          patterns: ['@medzoo/core/testing'],
        },
      ],
    },
  },
  {
    // A format is a library of its own: it needs the contract's errors and types, and no model.
    files: ['packages/{dicom,nifti}/src/**/*.ts'],
    ignores: TESTS,
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [{ name: '@medzoo/core', message: 'A format imports @medzoo/core/contract.' }],
          patterns: ['@medzoo/core/testing'],
        },
      ],
    },
  },
  {
    files: TESTS,
    rules: {
      '@nx/enforce-module-boundaries': 'off',
      'import-x/no-restricted-paths': 'off',
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    // What a template imports, the package that is written of it depends on.
    files: ['packages/create-head/templates/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  {
    // What the zoo's processes load by its URL.
    files: ['packages/gateway/src/reading/zoo-decoders.ts'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    files: ['vitest.config.ts', 'tools/**/*.ts', 'packages/{cli,create-head}/**/*.ts'],
    rules: { 'import-x/no-default-export': 'off', 'no-console': 'off' },
  },
);
