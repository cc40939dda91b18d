// Runs a module of tools/train in its virtual environment, which is made if it is not there, in the folder where npm
// was called: paths are relative to that.
//
// usage: node tools/run-python.mjs MODULE [ARGUMENT...]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [train, shared] = ['train', 'medzoo-train'].map((folder) => fileURLToPath(new URL(folder, import.meta.url)));
const windows = process.platform === 'win32';
const python = join(train, '.venv', ...(windows ? ['Scripts', 'python.exe'] : ['bin', 'python']));
const [module, ...options] = process.argv.slice(2);

const run = (command, args, stdio = 'inherit') =>
  spawnSync(command, args, { stdio, cwd: process.env.INIT_CWD ?? process.cwd() });

function must(command, args, otherwise) {
  const { status, error } = run(command, args);
  if (status === 0) return;
  console.error(`${otherwise}${error ? ` (${error.message})` : ''}`);
  process.exit(status ?? 1);
}

if (!existsSync(python)) {
  const wanted = 'A Python environment could not be made: Python 3.11 or later with venv is needed.';
  must(windows ? 'python' : 'python3', ['-m', 'venv', join(train, '.venv')], wanted);
}
if (run(python, ['-c', `import ${module}`], 'ignore').status !== 0) {
  console.error('Installing PyTorch and ONNX into tools/train/.venv, once.');
  const folders = ['--editable', shared, '--editable', train];
  const otherwise = 'pip could not install tools/medzoo-train and tools/train.';
  must(python, ['-m', 'pip', 'install', '--quiet', ...folders], otherwise);
}
process.exit(run(python, ['-m', module, ...options]).status ?? 1);
