// `npm run train`: trains the head on what `npm run embed` wrote, in a Python environment of its own, train/.venv,
// which is made once. What follows `--` goes to medzoo-train: npm run train -- --minutes 10
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What medzoo-train is told of this head. Labels, name and licence are those of model/model.json. */
const OPTIONS = ['HEAD_TRAIN_OPTIONS'];

const folder = dirname(fileURLToPath(import.meta.url));
const isWindows = process.platform === 'win32';
const environment = join(folder, '.venv');
const bin = (name) => join(environment, isWindows ? 'Scripts' : 'bin', isWindows ? `${name}.exe` : name);
const requirements = join(folder, 'requirements.txt');

function fail(message) {
  console.error(`error: ${message}`);
  process.exit(1);
}

function run(command, args) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', cwd: dirname(folder) });
  if (error) fail(`${command} cannot be run: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** The first Python that is new enough. */
function findPython() {
  const names = isWindows ? ['python', 'py'] : ['python3.13', 'python3.12', 'python3.11', 'python3', 'python'];
  const isNewEnough = (name) =>
    spawnSync(name, ['-c', 'import sys, venv; sys.exit(sys.version_info < (3, 11))'], { stdio: 'ignore' }).status === 0;
  return names.find(isNewEnough) ?? fail('Python 3.11 or later with venv is needed, and none was found.');
}

/** Installs again where requirements.txt has changed. */
function install() {
  const stamp = join(environment, 'requirements.sha256');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  if (!existsSync(bin('python'))) run(findPython(), ['-m', 'venv', environment]);
  console.log('Installing the trainer into train/.venv, once.');
  run(bin('python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements]);
  writeFileSync(stamp, wanted);
}

if (!existsSync(join(folder, '../emb/embed.json'))) {
  fail('There is no emb/embed.json. Embed the images first: npm run embed -- --data DIR');
}
install();
const encoder = fileURLToPath(new URL('../weights/model.json', import.meta.resolve('@medzoo/sam-med2d')));
const options = ['--embeddings', 'emb', '--out', 'model', '--encoder', encoder, ...OPTIONS, ...process.argv.slice(2)];
run(bin('medzoo-train'), options);
