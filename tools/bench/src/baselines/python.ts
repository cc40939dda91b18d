import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { residentBytes } from '../measure/processes.js';
import type { MaskArea } from '../servers/gateway-client.js';
import { post } from '../servers/post.js';
import { spawnServer, type ServerCommand } from '../servers/spawn-server.js';
import type { Baseline } from './baseline.js';

export const PYTHON_FOLDER = fileURLToPath(new URL('../../baselines/', import.meta.url));
const VENV = fileURLToPath(new URL('../../.venv/', import.meta.url));
export const PYTHON = `${VENV}bin/python`;
const DONE = `${VENV}requirements.txt`;
/** FastAPI would read a body of no type as JSON. */
const BODY = { contentType: 'application/octet-stream' };
const run = promisify(execFile);

/**
 * Makes the virtual environment of baselines/requirements.txt, unless it is there as it should be. Rejects where there
 * is no Python.
 */
export async function prepareVenv(onStep: (text: string) => void): Promise<void> {
  const wanted = await readFile(`${PYTHON_FOLDER}requirements.txt`, 'utf8');
  if (existsSync(DONE) && (await readFile(DONE, 'utf8')) === wanted) return;
  onStep('making a Python environment for the baselines (once)');
  await run('python3', ['-m', 'venv', '--clear', VENV]);
  await run(PYTHON, ['-m', 'pip', 'install', '--quiet', '--requirement', `${PYTHON_FOLDER}requirements.txt`]);
  await writeFile(DONE, wanted);
}

export interface PythonServer {
  readonly name: string;
  /** Of Python, for a server on this port. */
  readonly args: (port: number) => readonly string[];
  readonly env: (port: number) => Readonly<Record<string, string>>;
  readonly ready: RegExp;
}

/** A server that takes an image as the body of `POST /analyze`. The virtual environment has to be there. */
export async function startPython({ name, args, env, ready }: PythonServer): Promise<Baseline> {
  const port = await findPort();
  const command: ServerCommand = { command: PYTHON, args: args(port), env: env(port), ready };
  const server = await spawnServer(command);
  const url = new URL(`http://127.0.0.1:${port}/analyze`);
  return {
    name,
    async analyze(file) {
      const { status, json } = await post<{ readonly masks: readonly MaskArea[] }>(url, file, BODY);
      if (status !== 200) throw new Error(`${name} answered ${status}.`);
      return json.masks;
    },
    residentBytes: () => residentBytes(server.pid),
    close: () => server.close(),
  };
}

/** A port that was free a moment ago. */
async function findPort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
