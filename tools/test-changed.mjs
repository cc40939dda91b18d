// What `npm test` calls: runs the tests that a change can break, by what each spec imports. `npm run test:all` and
// .ci/run run all.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Commits that the work in this checkout may have begun from, the first that there is. */
const BASES = [process.env.MEDZOO_TEST_BASE, 'origin/main', 'main'].filter(Boolean);

function git(...args) {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function run(command, args) {
  const { status } = spawnSync(command, args, { stdio: 'inherit' });
  return status ?? 1;
}

/** Specs of a folder that start programs, servers and workers: what those run is not among what the spec imports. */
function findEndToEnd(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.endsWith('.e2e-spec.ts') && !/node_modules|[\\/]dist/.test(entry.parentPath))
    .map((entry) => join(entry.parentPath, entry.name));
}

const given = process.argv.slice(2);
const base = BASES.map((name) => git('merge-base', name, 'HEAD')).find(Boolean);
if (process.env.CI || given.length > 0 || base === undefined) {
  if (given.length === 0) console.log('All tests run: this is CI, or there is no commit to compare with.');
  process.exit(run('npx', ['vitest', 'run', ...given]));
}

const changed = [git('diff', '--name-only', base), git('ls-files', '--others', '--exclude-standard')]
  .flatMap((list) => (list ?? '').split('\n'))
  .filter(Boolean);
const projectsOf = (paths) => [
  ...new Set(paths.flatMap((path) => /^(?:packages|tools)\/[^/]+(?=\/)/.exec(path) ?? [])),
];
const projects = projectsOf(changed);
// What is not imported, such as weights and documents, is read by specs of its own project.
const whole = projectsOf(changed.filter((path) => !/\.(?:ts|md)$/.test(path))).filter((path) => path !== 'tools/train');
if (changed.some((path) => path.endsWith('.md'))) whole.push('tools/docs-check');
const listed = spawnSync('npx', ['vitest', 'list', '--filesOnly', '--changed', base], { encoding: 'utf8' });
if (listed.status !== 0) process.exit(run('npx', ['vitest', 'run'])); // it says what is wrong
const importing = listed.stdout
  .split('\n')
  .flatMap((line) => /^(?:\[\w+\] )?(\S+\.(?:e2e-)?spec\.ts)$/.exec(line)?.[1] ?? []);
const tests = [...new Set([...importing, ...projects.flatMap(findEndToEnd)]), ...whole.map((project) => `${project}/`)];
console.log(
  `${changed.length} files differ from ${base.slice(0, 7)}. These tests run: ${importing.length} files that import them, ` +
    `end-to-end tests of ${projects.join(', ') || 'no project'}, all tests of ${whole.join(', ') || 'no project'}. ` +
    'Everything: npm run test:all',
);
process.exit(tests.length > 0 ? run('npx', ['vitest', 'run', ...tests]) : 0);
