// What `npm run api:check` and `npm run api:update` call: writes what each entry point of the published packages
// exports, with its types, to docs/api-reports. A change of the public API that is not in the reports fails the check.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const REPORTS = join(ROOT, 'docs/api-reports');
const isUpdate = process.argv.includes('--update');

/** The entry points of a package that other people import, by the report's name. */
function findEntries(folder) {
  const { name, private: isPrivate, exports = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (isPrivate) return [];
  return Object.entries(exports).flatMap(([subpath, { types } = {}]) => {
    if (!types) return [];
    const report = (name + subpath.slice(1)).replace('@', '').replaceAll('/', '-');
    return [{ folder, report, types: join(folder, types) }];
  });
}

/** The report of one entry point; throws if its declarations cannot be read. */
function describe({ folder, report, types }, temporary) {
  const config = ExtractorConfig.prepare({
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: types,
      compiler: { overrideTsconfig: { compilerOptions: COMPILER_OPTIONS, files: [types] } },
      apiReport: {
        enabled: true,
        reportFileName: `${report}.api.md`,
        reportFolder: temporary,
        reportTempFolder: temporary,
        // The shape of a type that is inferred from a schema is only in the schema, which is not exported.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: 'lf',
      messages: { extractorMessageReporting: QUIET, tsdocMessageReporting: QUIET },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
  });
  const { errorCount } = Extractor.invoke(config, { localBuild: true, messageCallback: tellErrors });
  if (errorCount > 0) throw new Error(`${types} cannot be read (${errorCount} errors).`);
  return sortUnions(readFileSync(join(temporary, `${report}.api.md`), 'utf8'));
}

/**
 * The compiler writes the members of an inferred union in the order in which it met them, which is another one after a
 * change elsewhere, or where a part was compiled before.
 */
function sortUnions(text) {
  return text.replaceAll(/(?:"[^"\n]*"|\b\d+)(?: \| (?:"[^"\n]*"|\d+\b))+/g, (union) =>
    union.split(' | ').toSorted().join(' | '),
  );
}

/** As tsconfig.base.json has them, for reading declarations alone. */
const COMPILER_OPTIONS = {
  target: 'es2022',
  module: 'nodenext',
  moduleResolution: 'nodenext',
  lib: ['es2023', 'dom'],
  strict: true,
  skipLibCheck: true,
  types: ['node'],
};

/** Its advice on style, such as a release tag for each export, is not followed here. */
const QUIET = { default: { logLevel: 'none' } };

function tellErrors(message) {
  message.handled = message.logLevel !== 'error';
}

const temporary = mkdtempSync(join(tmpdir(), 'medzoo-api-'));
try {
  const entries = readdirSync(join(ROOT, 'packages'))
    .map((name) => join(ROOT, 'packages', name))
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .flatMap(findEntries);
  const reports = new Map(entries.map((entry) => [`${entry.report}.api.md`, describe(entry, temporary)]));
  mkdirSync(REPORTS, { recursive: true });
  const committed = readdirSync(REPORTS);
  const read = (name) => (committed.includes(name) ? readFileSync(join(REPORTS, name), 'utf8') : undefined);
  const changed = [...reports].filter(([name, text]) => read(name) !== text).map(([name]) => name);
  const gone = committed.filter((name) => !reports.has(name));
  if (isUpdate) {
    for (const name of changed) writeFileSync(join(REPORTS, name), reports.get(name));
    for (const name of gone) rmSync(join(REPORTS, name));
  }
  const all = [...changed, ...gone].toSorted();
  if (all.length === 0) console.log(`The reports of ${reports.size} entry points are current.`);
  else if (isUpdate) console.log(`Updated: ${all.join(', ')}. Describe the change with "npx changeset".`);
  else {
    console.error(
      `The public API is not what docs/api-reports says: ${all.join(', ')}.\n` +
        'If you meant to change it, run "npm run api:update" and describe the change with "npx changeset".',
    );
    process.exitCode = 1;
  }
} finally {
  rmSync(temporary, { recursive: true });
}
