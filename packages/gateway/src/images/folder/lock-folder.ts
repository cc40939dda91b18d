import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { rm, stat } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives the folder free for another gateway. */
export type Unlock = () => Promise<void>;

/**
 * Takes a folder for this process; rejects if another process has it. The lock is a listening socket, because the
 * system closes that with its process however the process ends, and keeps it while the process is stopped: a lock file
 * that must be renewed would be lost then. On Linux it holds within one network namespace: containers with networks of
 * their own do not see one another.
 */
export async function lockFolder(folder: string, platform: NodeJS.Platform = process.platform): Promise<Unlock> {
  const path = await socketPathOf(folder, platform);
  const isFile = platform !== 'linux' && platform !== 'win32';
  const server = createServer((socket) => socket.destroy()).unref();
  try {
    await listen(server, path);
  } catch (error) {
    if (!isInUse(error)) throw error;
    if (!isFile || (await isAnswered(path))) throw folderInUse(folder);
    await rm(path, { force: true }); // left behind by a process that was killed
    await listen(server, path).catch((again: unknown) => {
      throw isInUse(again) ? folderInUse(folder) : again;
    });
  }
  return async () => {
    server.close();
    await once(server, 'close');
  };
}

/** The folder's own number, not its path: it may be mounted at several places. */
async function socketPathOf(folder: string, platform: NodeJS.Platform): Promise<string> {
  const { dev, ino } = await stat(folder, { bigint: true });
  const name = `medzoo-${createHash('sha256').update(`${dev}:${ino}`).digest('hex').slice(0, 32)}`;
  if (platform === 'linux') return `\0${name}`; // of the abstract namespace: no file, so nothing is left behind
  return platform === 'win32' ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

async function listen(server: Server, path: string): Promise<void> {
  server.listen(path);
  await once(server, 'listening');
}

/** Whether a process listens at the path; a stopped one does too, the system takes the connection for it. */
async function isAnswered(path: string): Promise<boolean> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function isInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function folderInUse(folder: string): Error {
  return new Error(
    `Another gateway uses the folder ${folder}. Two would delete each other's images: stop the other one, ` +
      'or give this one a folder of its own (MEDZOO_DATA_DIR).',
  );
}
