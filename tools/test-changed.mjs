// What `npm test` calls: runs the tests that a change can break, and everything where that cannot be told
// (tools/generators/src/test-changed). `npm run test:all` and .ci/run run all.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseTests } from './generators/dist/test-changed/choose-tests.js';

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

/** Specs of a folder that start programs, servers and workers. */
function findEndToEnd(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.endsWith('.e2e-spec.ts') && !/node_modules|[\\/]dist/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));
}

const given = process.argv.slice(2);
if (given.length > 0) process.exit(run('npx', ['vitest', 'run', ...given]));
if (process.env.CI) runEverything('this is continuous integration');

const base = findBase();
const changed = base === undefined ? [] : listChanged(base);
const choice = chooseTests({ base, changed, projects: changed.length > 0 ? readProjects() : [] });
if (choice.everything) runEverything(choice.why);

const listed = spawnSync('npx', ['vitest', 'list', '--filesOnly', '--changed', base], { encoding: 'utf8' });
if (listed.status !== 0) runEverything('vitest could not list the tests that import what has changed');
const importing = listed.stdout
  .split('\n')
  .flatMap((line) => /^(?:\[\w+\] )?(\S+\.(?:e2e-)?spec\.ts)$/.exec(line)?.[1] ?? []);
const { endToEnd, whole } = choice;
const tests = [...new Set([...importing, ...endToEnd.flatMap(findEndToEnd)]), ...whole.map((project) => `${project}/`)];
console.log(
  `${changed.length} files differ from ${base.slice(0, 7)}. These tests run: ` +
    `${importing.length} files that import them, ` +
    `end-to-end tests of ${endToEnd.join(', ') || 'no project'}, all tests of ${whole.join(', ') || 'no project'}. ` +
    'Everything: npm run test:all',
);
if (tests.length === 0) runEverything('no test was found for these files');
process.exit(run('npx', ['vitest', 'run', ...tests]));
