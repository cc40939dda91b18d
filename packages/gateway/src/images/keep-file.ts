import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes what is to become a file of the store; `isDurable`: it is on the disk when this resolves. */
export async function writeNewFile(path: string, content: Uint8Array, isDurable: boolean): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(content);
    if (isDurable) await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Gives a finished file its name. A durable one has its name only once its bytes are on the disk, whenever the power
 * fails.
 */
export async function nameFile(from: string, to: string, isDurable: boolean): Promise<void> {
  await rename(from, to);
  if (isDurable) await syncPath(dirname(to));
}

/** Windows can sync no folder, and keeps the order of names and bytes itself. */
export async function syncPath(path: string): Promise<void> {
  try {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (process.platform !== 'win32') throw error;
  }
}
