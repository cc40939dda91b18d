import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { nameFile, openFile, writeNewFile } from './keep-file.js';

const NAME = 'uid.key';
const KEY = /^[0-9a-f]{64}\n?$/;

/** The key that an earlier run left in the folder, if there is one; rejects if it is damaged. */
export async function readUidKey(folder: string): Promise<string | undefined> {
  const path = join(folder, NAME);
  const text = await readText(path).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined || KEY.test(text)) return text?.trim();
  throw new Error(
    `${path} is damaged: it must hold 64 hexadecimal digits. Restore it. If it is lost, delete it: the gateway then ` +
      'makes a new key, and a series that is sent again becomes another series.',
  );
}

/** A new key, in the folder and on the disk when this resolves. */
export async function createUidKey(folder: string): Promise<string> {
  const key = randomBytes(32).toString('hex');
  const unnamed = join(folder, `${randomUUID()}.upload`);
  await writeNewFile(unnamed, Buffer.from(`${key}\n`), true);
  await nameFile(unnamed, join(folder, NAME), true);
  return key;
}

async function readText(path: string): Promise<string> {
  const file = await openFile(path);
  try {
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
