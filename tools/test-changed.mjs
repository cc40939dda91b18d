// What `npm test` calls: runs the tests of what a change is in, and a few of what needs that, in three minutes; and
// everything where it cannot be told what a file is for (tools/generators/src/test-changed). `npm run test:all` and
// .ci/run run all.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseTests, isLong } from './generators/dist/test-changed/choose-tests.js';

const PYTHON = process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python'];

function git(...args) {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return status === 0 ? stdout.trim() : undefined;
}

function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  return status ?? 1;
}

function runEverything(why) {
  console.log(`All tests run: ${why}.`);
  process.exit(run('npx', ['vitest', 'run']));
}

/** The commit that the work in this checkout began from. What the environment names is not replaced by another. */
function findBase() {
  const named = process.env.MEDZOO_TEST_BASE;
  if (named === undefined || named === '')
    return ['origin/main', 'main'].map((name) => git('merge-base', name, 'HEAD')).find(Boolean);
  return (
    git('merge-base', named, 'HEAD') || runEverything(`MEDZOO_TEST_BASE, "${named}", is no commit of this history`)
  );
}

function listChanged(base) {
  const lists = [
    git('diff', '-z', '--no-renames', '--name-only', base),
    git('ls-files', '-z', '--others', '--exclude-standard'),
  ];
  if (lists.includes(undefined)) runEverything('git does not say what has changed');
  return lists.flatMap((list) => list.split('\0')).filter(Boolean);
}

/** Projects and what they need, by Nx. */
function readProjects() {
  const folder = mkdtempSync(join(tmpdir(), 'medzoo-graph-'));
  try {
    const file = join(folder, 'graph.json');
    const { status } = spawnSync('npx', ['nx', 'graph', `--file=${file}`], { encoding: 'utf8' });
    if (status !== 0) runEverything('nx graph failed');
    const { nodes, dependencies } = JSON.parse(readFileSync(file, 'utf8')).graph;
    return Object.values(nodes).map(({ name, data }) => ({
      name,
      root: data.root,
      dependsOn: (dependencies[name] ?? []).map(({ target }) => target),
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Paths of the tests in a folder. */
function findTests(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => /\.(e2e-)?spec\.ts$/.test(entry.name) && !/node_modules|[\\/]dist/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Paths of the tests that import what has changed, as vitest finds them. */
function findImporting(base) {
  const listed = spawnSync('npx', ['vitest', 'list', '--filesOnly', '--changed', base], { encoding: 'utf8' });
  if (listed.status !== 0) runEverything('vitest could not list the tests that import what has changed');
  return listed.stdout.split('\n').flatMap((line) => /^(?:\[\w+\] )?(\S+\.(?:e2e-)?spec\.ts)$/.exec(line)?.[1] ?? []);
}

/** Runs the tests of Python that name a module which has changed, or have changed themselves; all if none does. */
function runPytest(folder, changed) {
  const python = join(process.cwd(), folder, '.venv', ...PYTHON);
  if (!existsSync(python)) {
    console.error(`${folder} has changed, and has no .venv to test it in. Make it as .ci/run does.`);
    return 1;
  }
  const names = changed
    .filter((path) => path.startsWith(`${folder}/`) && path.endsWith('.py'))
    .map((path) => path.slice(folder.length + 1));
  const modules = names.map((name) => name.replace(/(\/__init__)?\.py$/, '').replaceAll('/', '.'));
  const tests = readdirSync(join(folder, 'tests'))
    .filter((name) => /^test_.*\.py$/.test(name))
    .map((name) => `tests/${name}`)
    .filter((name) => names.includes(name) || modules.some((module) => imports(join(folder, name), module)));
  console.log(`${folder}: pytest ${tests.join(' ')}`);
  return spawnSync(python, ['-m', 'pytest', '-q', ...tests], { stdio: 'inherit', cwd: folder }).status ?? 1;
}

function imports(file, module) {
  return new RegExp(`\\b${module.replaceAll('.', '\\.')}\\b`).test(readFileSync(file, 'utf8'));
}

const given = process.argv.slice(2);
if (given.length > 0) process.exit(run('npx', ['vitest', 'run', ...given]));
if (process.env.CI) runEverything('this is continuous integration');

const base = findBase();
const changed = base === undefined ? [] : listChanged(base);
const choice = chooseTests({ base, changed, projects: changed.length > 0 ? readProjects() : [] });
if (choice.everything) runEverything(choice.why);

const { own, whole, smoke, python } = choice;
const importing = own.length > 0 ? findImporting(base) : [];
const ofOwn = own.flatMap(findTests).filter((path) => importing.includes(path) || path.endsWith('.e2e-spec.ts'));
const all = [...new Set([...ofOwn, ...whole.flatMap(findTests), ...smoke])];
const tests = all.filter((path) => !isLong(path) || changed.includes(path));
console.log(
  `${changed.length} files differ from ${base.slice(0, 7)}. These tests run: ${tests.length} files, those of ` +
    `${[...new Set([...own, ...whole])].join(', ') || 'no project'} and a few of what needs them` +
    `${all.length > tests.length ? `; ${all.length - tests.length} that take long run in .ci/run` : ''}. ` +
    'Everything: npm run test:all',
);
const statuses = python.map((folder) => runPytest(folder, changed));
if (tests.length > 0) statuses.push(run('npx', ['vitest', 'run', ...tests]));
else if (python.length === 0) runEverything('no test was found for these files');
process.exit(Math.max(...statuses));
