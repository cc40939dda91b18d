// `npm run api:docs`: the API reference of every published package, made from the doc comments, as Markdown below
// docs/api.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Converter } from 'typedoc';

/** What people import, and the source that is published as it. */
const entries = readdirSync('packages')
  .filter((folder) => existsSync(`packages/${folder}/package.json`))
  .flatMap((folder) => {
    const { name, exports = {} } = JSON.parse(readFileSync(`packages/${folder}/package.json`, 'utf8'));
    return Object.entries(exports).flatMap(([subpath, { '@medzoo/source': source } = {}]) =>
      source ? [{ name: name + subpath.slice(1), source: join('packages', folder, source) }] : [],
    );
  });

/**
 * typedoc names an entry point by its folder, such as core/src/contract; a reader knows it as @medzoo/core/contract.
 */
function nameAsImported({ converter }) {
  const names = new Map(entries.map(({ name, source }) => [dirname(source).slice('packages/'.length), name]));
  converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      const name = names.get(module.name);
      if (!name)
        throw new Error(`${module.name} is the source of no entry point; there are ${[...names.keys()].join(', ')}.`);
      module.name = name;
    }
  });
}

/** @type {import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions} */
export default {
  name: 'medzoo',
  entryPoints: entries.map(({ source }) => source),
  out: 'docs/api',
  plugin: ['typedoc-plugin-markdown', nameAsImported],
  // One page for each entry point: few files, and a browser's search finds a name.
  outputFileStrategy: 'modules',
  tsconfig: 'tsconfig.json',
  skipErrorChecking: true, // `npm run typecheck` does that
  treatWarningsAsErrors: true,
  validation: { notExported: false, invalidLink: true, notDocumented: false },
  readme: 'none',
  disableSources: true,
  excludePrivate: true,
  excludeInternal: true,
  hidePageHeader: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  enumMembersFormat: 'table',
};
