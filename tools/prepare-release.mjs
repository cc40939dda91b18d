// Makes the next release out of what .changeset holds: versions, CHANGELOG.md of each package, and what goes with them.
//
// `changeset version` does the first two. A head that create-head writes asks for medzoo-train of create-head's own
// version, so the Python package moves along; and package-lock.json names the versions of all workspaces.
//
// usage: node tools/prepare-release.mjs
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

const TRAINER = 'tools/medzoo-train/pyproject.toml';
const WRAPPED = ['--prose-wrap=always', '--print-width=120'];
const run = (command, ...args) => execFileSync(command, args, { stdio: 'inherit' });

function changelogs() {
  const all = readdirSync('packages').map((name) => `packages/${name}/CHANGELOG.md`);
  return all.filter((file) => existsSync(file));
}

const versionOf = () => JSON.parse(readFileSync('packages/create-head/package.json', 'utf8')).version;

const before = versionOf();
run('npx', 'changeset', 'version');
const version = versionOf();
if (version === before) throw new Error('.changeset describes no change: there is nothing to release.');
const trainer = readFileSync(TRAINER, 'utf8');
const line = `version = "${before}"`;
if (!trainer.includes(line)) throw new Error(`${TRAINER} has no line ${line}: write its version by hand.`);
writeFileSync(TRAINER, trainer.replace(line, `version = "${version}"`));
// The commit before each entry makes its first line too long.
run('npx', 'prettier', '--write', '--log-level=warn', '--no-config', '--ignore-path=', ...WRAPPED, ...changelogs());
run('npm', 'install', '--package-lock-only', '--ignore-scripts');
run(process.execPath, 'tools/complete-lock.mjs', 'package-lock.json');
console.log(`The packages are of ${version} now. Read their CHANGELOG.md, then commit.`);
