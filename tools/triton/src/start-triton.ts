import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ModelSpec } from '@medzoo/core';
import { remoteModelName, tritonConfig } from '@medzoo/remote';

const HERE = new URL('../', import.meta.url);
const PYTHON = fileURLToPath(new URL('.venv/bin/python', HERE));
const START_WITHIN_MS = 60_000;

/** What `install.sh` installs. */
export const isInstalled = existsSync(PYTHON);

export interface Triton {
  readonly url: string;
  readonly grpcUrl: string;
  stop(): Promise<void>;
}

/** Triton on free ports of this machine, with these models in its repository and none of them loaded. */
export async function startTriton(models: readonly ModelSpec[]): Promise<Triton> {
  const folder = await mkdtemp(join(tmpdir(), 'medzoo-triton-'));
  await Promise.all(models.map((spec) => addModel(join(folder, 'models'), spec)));
  const python = askPython();
  await gatherBackend(join(folder, 'backends', 'python'), python);
  const [port, grpcPort] = await Promise.all([findPort(), findPort()]); // side by side, or both might be the same
  const server = spawn(
    join(python.triton, 'bin', 'tritonserver'),
    [
      `--model-repository=${join(folder, 'models')}`,
      `--backend-directory=${join(folder, 'backends')}`,
      '--model-control-mode=explicit',
      '--http-address=127.0.0.1',
      `--http-port=${port}`,
      '--grpc-address=127.0.0.1',
      `--grpc-port=${grpcPort}`,
      '--allow-metrics=false',
      '--log-info=false',
    ],
    {
      // The stub that runs model.py is linked to libpython, and finds its packages by way of the first python in PATH.
      env: { ...process.env, LD_LIBRARY_PATH: python.libraries, PATH: `${python.bin}:${process.env.PATH ?? ''}` },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  const stop = async (): Promise<void> => {
    if (server.exitCode === null && server.signalCode === null) {
      server.kill();
      await once(server, 'exit');
    }
    await rm(folder, { recursive: true });
  };
  const url = `http://127.0.0.1:${port}`;
  const deadline = performance.now() + START_WITHIN_MS;
  while (!(await isReady(url))) {
    const isDead = server.exitCode !== null || server.signalCode !== null;
    if (isDead || performance.now() > deadline) {
      await stop();
      throw new Error(isDead ? 'Triton ended as it started.' : `Triton was not ready within ${START_WITHIN_MS} ms.`);
    }
    await setTimeout(100);
  }
  return { url, grpcUrl: `grpc://127.0.0.1:${grpcPort}`, stop };
}

async function isReady(url: string): Promise<boolean> {
  return fetch(`${url}/v2/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** As docs/operating.md lays out a model, but for model.py in the place of Triton's own ONNX Runtime. */
async function addModel(repository: string, spec: ModelSpec): Promise<void> {
  const folder = join(repository, remoteModelName(spec));
  await mkdir(join(folder, '1'), { recursive: true });
  await writeFile(join(folder, 'config.pbtxt'), tritonConfig(spec, { backend: 'python' }));
  await copyFile(new URL(spec.url), join(folder, '1', 'model.onnx'));
  await copyFile(new URL('model.py', HERE), join(folder, '1', 'model.py'));
}

interface Python {
  readonly version: string;
  readonly libraries: string;
  readonly bin: string;
  readonly triton: string;
}

function askPython(): Python {
  const program = `import json, pathlib, sys, sysconfig, pytriton
print(json.dumps(dict(version="%d.%d" % sys.version_info[:2], libraries=sysconfig.get_config_var("LIBDIR"),
  bin=str(pathlib.Path(sys.executable).parent), triton=str(pathlib.Path(pytriton.__file__).parent / "tritonserver"))))`;
  return JSON.parse(execFileSync(PYTHON, ['-c', program], { encoding: 'utf8' })) as Python;
}

/** The wheel keeps the stubs of all versions of Python apart; Triton looks for one beside the backend. */
async function gatherBackend(folder: string, { triton, version }: Python): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const source of [join(triton, 'backends', 'python'), join(triton, 'python_backend_stubs', version)]) {
    const files = (await readdir(source)).filter((name) => !name.startsWith('__'));
    await Promise.all(files.map((name) => symlink(join(source, name), join(folder, name))));
  }
}

async function findPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
