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
import { spawnServer } from '../servers/spawn-server.js';
import { describeModels } from './model-settings.js';
import type { Baseline } from './baseline.js';

const FOLDER = fileURLToPath(new URL('../../baselines/', import.meta.url));
const VENV = fileURLToPath(new URL('../../.venv/', import.meta.url));
const PYTHON = `${VENV}bin/python`;
const DONE = `${VENV}requirements.txt`;
const run = promisify(execFile);

/**
 * Makes the virtual environment of baselines/requirements.txt, unless it is there as it should be. Rejects where there
 * is no Python.
 */
export async function prepareVenv(onStep: (text: string) => void): Promise<void> {
  const wanted = await readFile(`${FOLDER}requirements.txt`, 'utf8');
  if (existsSync(DONE) && (await readFile(DONE, 'utf8')) === wanted) return;
  onStep('making a Python environment for FastAPI (once)');
  await run('python3', ['-m', 'venv', '--clear', VENV]);
  await run(PYTHON, ['-m', 'pip', 'install', '--quiet', '--requirement', `${FOLDER}requirements.txt`]);
  await writeFile(DONE, wanted);
}

export interface FastApiOptions {
  readonly workers: number;
  /** Of each worker's models; null for onnxruntime's own choice. */
  readonly threads: number | null;
  readonly provider: string;
}

/** FastAPI under uvicorn. The venv has to be there. */
export async function startFastApi({ workers, threads, provider }: FastApiOptions): Promise<Baseline> {
  const port = await findPort();
  const server = await spawnServer({
    command: PYTHON,
    args: ['-m', 'uvicorn', 'server:app', '--app-dir', FOLDER, '--port', String(port), '--workers', String(workers)],
    env: { BENCH_SETTINGS: JSON.stringify(describeModels(provider, threads)) },
    ready: new RegExp(`^(?:[^]*?Application startup complete){${workers}}()`),
  });
  const url = `http://127.0.0.1:${port}/`;
  return {
    name: workers === 1 ? 'FastAPI' : `FastAPI, ${workers} workers`,
    async analyze(file) {
      const { status, json } = await post<{ readonly masks: readonly MaskArea[] }>(new URL('analyze', url), file);
      if (status !== 200) throw new Error(`FastAPI answered ${status}.`);
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
