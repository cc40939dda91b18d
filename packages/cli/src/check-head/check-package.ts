import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { describeError } from '../describe-error.js';
import { checkLists } from './checks/check-lists.js';
import { error, ok, skipped, warning, type Finding } from './finding.type.js';
import type { PackageJson } from './facts/import-heads.js';

const TIMEOUT_MS = 120_000;
const MOST_OUTPUT_BYTES = 16 * 2 ** 20;

/** What a package has to publish, absolute. */
export interface PackageFiles {
  readonly modelFiles: readonly string[];
  /** Those that the model files name in the folder: models, variants, and the files that their weights lie in. */
  readonly weights: readonly string[];
}

/**
 * Whether others can install the package: its licence, the files in it, its entries (publint), and its types (attw,
 * where that is installed).
 */
export async function checkPackage(
  folder: string,
  packageJson: PackageJson | undefined,
  { modelFiles, weights }: PackageFiles,
): Promise<Finding[]> {
  if (!packageJson) {
    return [
      skipped('package', 'There is no package.json: a head without code.'),
      ...checkLists(await listBeside(folder, modelFiles)),
    ];
  }
  const packed = await listPacked(folder);
  return [
    checkLicence(packageJson),
    checkFiles(folder, packed, [...modelFiles, ...weights]),
    ...checkLists(packed ?? (await listBeside(folder, modelFiles))),
    await checkEntries(folder, packageJson),
    await checkTypes(folder),
  ];
}

function checkLicence({ license }: PackageJson): Finding {
  if (license !== undefined && license !== '' && license !== 'UNLICENSED') return ok('package licence', license);
  return error(
    'package licence',
    `package.json says ${license ?? 'none'}.`,
    'Write an SPDX identifier, such as "license": "Apache-2.0".',
  );
}

/** What npm would publish, from the folder; undefined where it does not say. */
async function listPacked(folder: string): Promise<string[] | undefined> {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { stdout, code } = await run(npm, ['pack', '--dry-run', '--json', '--ignore-scripts'], folder);
  return code === 0 ? readPacked(stdout) : undefined;
}

/** What lies beside the model files, from the folder: a head without code is passed on with it. */
async function listBeside(folder: string, modelFiles: readonly string[]): Promise<string[]> {
  const folders = [...new Set(modelFiles.map((file) => dirname(file)))];
  const listed = await Promise.all(
    folders.map(async (one) => (await readdir(one)).map((name) => join(relative(folder, one), name))),
  );
  return listed.flat().map((path) => path.replaceAll('\\', '/'));
}

/** What npm would publish must have the weights in it. */
function checkFiles(folder: string, packed: readonly string[] | undefined, files: readonly string[]): Finding {
  if (!packed) return skipped('published files', 'npm pack does not say what it would publish.');
  const wanted = files.map((file) => relative(folder, file).replaceAll('\\', '/'));
  const missing = wanted.find((file) => !packed.includes(file));
  if (missing === undefined) return ok('published files', `${packed.length}, the weights among them`);
  return error(
    'published files',
    `${missing} would not be published.`,
    `Add "${dirname(missing)}" to "files" in package.json.`,
  );
}

function readPacked(json: string): string[] | undefined {
  try {
    // A list, or since npm 12 an object by name of the package.
    const [first] = Object.values(JSON.parse(json) as object) as unknown[];
    return (first as { files: { path: string }[] }).files.map(({ path }) => path);
  } catch {
    return undefined;
  }
}

async function checkEntries(folder: string, packageJson: PackageJson): Promise<Finding> {
  try {
    const { messages } = await publint({ pkgDir: folder, level: 'warning', pack: 'npm' });
    const [first] = messages;
    if (!first) return ok('publint', 'finds no fault');
    const say = formatMessage(first, packageJson as Record<string, unknown>, { color: false }) ?? first.code;
    const more = messages.length > 1 ? ` (and ${messages.length - 1} more)` : '';
    const make = first.type === 'error' ? error : warning;
    return make('publint', `${say}${more}`, 'See all of it with: npx publint');
  } catch (fault) {
    return skipped('publint', `It could not look: ${describeError(fault)}`);
  }
}

/** Are the types wrong? It brings a TypeScript of its own, so it is asked only where the package has it. */
async function checkTypes(folder: string): Promise<Finding> {
  const bin = findAttw(folder);
  if (bin === undefined) return skipped('types', 'attw is not installed here: npm i -D @arethetypeswrong/cli');
  const { code, stdout } = await run(
    process.execPath,
    [bin, '--pack', folder, '--profile', 'esm-only', '--no-color', '--format', 'ascii'],
    folder,
  );
  if (code === 0) return ok('types', 'attw finds no fault');
  const line = stdout.split('\n').find((one) => /❌|💀|🎭|🚭|error/i.test(one)) ?? 'attw finds a fault.';
  return error('types', line.trim(), 'See all of it with: npx attw --pack . --profile esm-only');
}

function findAttw(folder: string): string | undefined {
  try {
    const manifest = createRequire(pathToFileURL(join(folder, 'package.json'))).resolve(
      '@arethetypeswrong/cli/package.json',
    );
    const bin = join(dirname(manifest), 'dist/index.js');
    return existsSync(bin) ? bin : undefined;
  } catch {
    return undefined;
  }
}

function run(command: string, args: readonly string[], cwd: string): Promise<{ code: number; stdout: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { cwd, timeout: TIMEOUT_MS, maxBuffer: MOST_OUTPUT_BYTES }, (fault, stdout) =>
      resolve({ code: fault === null ? 0 : 1, stdout }),
    );
  });
}
