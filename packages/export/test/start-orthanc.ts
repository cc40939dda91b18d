import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Where Debian's packages orthanc and orthanc-dicomweb put them. */
const PLUGIN = process.env.MEDZOO_ORTHANC_DICOMWEB ?? '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';
const PROGRAM = process.env.MEDZOO_ORTHANC ?? 'Orthanc';
const START_MS = 30_000;

/** Whether Orthanc and its DICOMweb plugin are installed. */
export function hasOrthanc(): boolean {
  return existsSync(PLUGIN) && spawnSync(PROGRAM, ['--version']).status === 0;
}

export interface RunningOrthanc {
  /** Of its REST API, with a slash at its end; DICOMweb is below dicom-web/. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts an archive of its own: an empty folder, a free port, answering this machine only, no DICOM port. */
export async function startOrthanc(): Promise<RunningOrthanc> {
  const folder = await mkdtemp(join(tmpdir(), 'medzoo-orthanc-'));
  const port = await findPort();
  const config = join(folder, 'orthanc.json');
  const settings = {
    ...{ Name: 'medzoo test', StorageDirectory: join(folder, 'files'), IndexDirectory: join(folder, 'index') },
    ...{ HttpPort: port, RemoteAccessAllowed: false, AuthenticationEnabled: false, DicomServerEnabled: false },
    ...{ Plugins: [PLUGIN], DicomWeb: { Enable: true, Root: '/dicom-web/' } },
  };
  await writeFile(config, JSON.stringify(settings));
  const child = spawn(PROGRAM, [config], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (text: Buffer) => (log = `${log}${text.toString()}`.slice(-4000)));
  const ended = new Promise<unknown>((resolve) => child.once('exit', resolve));
  const stop = async (): Promise<void> => {
    if (child.exitCode === null) child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}/`;
  const until = performance.now() + START_MS;
  for (;;) {
    const isUp = await fetch(`${url}system`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return { url, stop };
    if (child.exitCode !== null || performance.now() > until) {
      await stop();
      throw new Error(`Orthanc did not start:\n${log}`);
    }
    await sleep(100);
  }
}

async function findPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
