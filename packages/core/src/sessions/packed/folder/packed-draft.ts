import { randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, open, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { flushFile } from '../../../model/weights/cache/flush-file.js';
import { READ_FLAGS, sizeOf } from '../../../model/weights/cache/cache-files.js';
import { hashFile } from '../../../model/weights/hash-file.js';
import { readExternalData, type ExternalData } from '../external-data.js';
import type { PackedFor } from '../packed-key.js';
import { DRAFT, findPacked, GRAPH, RECORD, removePacked, WEIGHTS, type PackedRecord } from './packed-record.js';

/** So long, what a maker left is taken for the end of its process: for want of memory, perhaps. */
const HARMED_MS = 3_600_000;
/** Left free on the disk beside the files. */
const SPARE_BYTES = 64 * 2 ** 20;
/** Nobody writes to it, and a program that would has to change that first. */
const READ_ONLY = 0o400;
const OWNER_ONLY = 0o700;

/** A folder in which a packed model is written, until it gets its name. */
export interface PackedDraft {
  /** Where ONNX Runtime writes the graph; it writes the weights beside it. */
  readonly graph: string;
  /** When both are written: what the graph has in the file of weights. Rejects if the disk has not taken all of it. */
  settle(): Promise<ExternalData>;
  /** Gives the files their name. Another process may have been faster: then its files stay. */
  keep(about: Pick<PackedRecord, 'mappedBytes' | 'scalesByRun'>): Promise<void>;
  /** Writes down that there is to be no packed model. */
  refuse(): Promise<void>;
  /** Removes what was written. */
  drop(): Promise<void>;
}

interface DraftOptions {
  readonly what: PackedFor;
  readonly needBytes: number;
}

/**
 * Undefined where nothing is to be written: the disk has no room for `needBytes`, or the process that began to write
 * the same lately did not live to finish it.
 */
export async function startDraft(
  folder: string,
  key: string,
  { what, needBytes }: DraftOptions,
): Promise<PackedDraft | undefined> {
  const disk = await statfs(folder);
  if (disk.bavail * disk.bsize < needBytes + SPARE_BYTES || (await hasHarmed(folder, key))) return undefined;
  const draft = join(folder, `${key}.${process.pid}.${randomUUID()}${DRAFT}`);
  const [graph, weights] = [join(draft, GRAPH), join(draft, WEIGHTS)];
  await mkdir(draft, { mode: OWNER_ONLY });
  const drop = (): Promise<void> => rm(draft, { recursive: true, force: true }).catch(() => undefined);

  async function publish(record: Omit<PackedRecord, 'for'>): Promise<void> {
    const path = join(draft, RECORD);
    await writeFile(path, JSON.stringify({ for: { ...what }, ...record } satisfies PackedRecord), { flag: 'wx' });
    await finish(path);
    await sync(draft);
    await giveName(draft, folder, key);
    await sync(`${folder}/.`); // the folder itself, not the link that leads to it
    await drop();
  }

  return {
    graph,
    async settle() {
      const found = readExternalData(await readFile(graph));
      await finish(graph);
      if (found.endsAt > 0) await finish(weights);
      if ((await sizeOf(weights)) < found.endsAt) throw new Error(`${weights} is not whole.`);
      return found;
    },
    async keep(about) {
      const hasWeights = (await sizeOf(weights)) > 0;
      const files = { graph: await hashFile(graph), ...(hasWeights && { weights: await hashFile(weights) }) };
      await publish({ files, ...about });
    },
    async refuse() {
      await rm(graph, { force: true });
      await rm(weights, { force: true });
      await publish({ mappedBytes: 0, scalesByRun: false });
    },
    drop,
  };
}

/** A folder that is there already is another process's, and stays if it is whole. */
async function giveName(draft: string, folder: string, key: string): Promise<void> {
  const name = join(folder, key);
  await rename(draft, name).catch(async () => {
    if ((await findPacked(folder, key)) !== undefined) return;
    await removePacked(folder, key);
    await rename(draft, name);
  });
}

/** A file that is written to no more. */
async function finish(path: string): Promise<void> {
  await sync(path);
  await chmod(path, READ_ONLY);
}

/** A file, or the names in a folder. */
async function sync(path: string): Promise<void> {
  const handle = await open(path, READ_FLAGS);
  try {
    await flushFile(handle);
  } finally {
    await handle.close();
  }
}

/** Whether the process that wrote a draft of this model has ended in the middle. */
async function hasHarmed(folder: string, key: string): Promise<boolean> {
  for (const name of await readdir(folder)) {
    const [of, pid] = name.split('.');
    if (of !== key || !name.endsWith(DRAFT) || isAlive(Number(pid))) continue;
    const found = await lstat(join(folder, name)).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs < HARMED_MS) return true;
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
