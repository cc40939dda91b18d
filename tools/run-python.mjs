// Runs a module of tools/train in its virtual environment, in the folder where npm was called: paths are relative to that.
//
// usage: node tools/run-python.mjs MODULE [ARGUMENT...]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const train = fileURLToPath(new URL('train', import.meta.url));
const python = join(train, '.venv', ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));

if (existsSync(python)) {
  const path = [train, process.env.PYTHONPATH].filter(Boolean).join(delimiter);
  const { status, error } = spawnSync(python, ['-m', ...process.argv.slice(2)], {
    cwd: process.env.INIT_CWD ?? process.cwd(),
    env: { ...process.env, PYTHONPATH: path },
    stdio: 'inherit',
  });
  if (error) console.error(`${python} could not be started: ${error.message}`);
  process.exitCode = status ?? 1;
} else {
  console.error(
    `There is no Python environment in tools/train/.venv. Make it first (Python 3.11 or later):\n` +
      `  cd tools/train && python3 -m venv .venv && .venv/bin/pip install -e '.[dev]'`,
  );
  process.exitCode = 1;
}
