import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AnswerError } from '../ask/answers.js';
import type { HeadFiles } from './head-files.js';

/** Throws an AnswerError for a folder that is neither new nor empty. */
export async function checkEmpty(folder: string): Promise<void> {
  const there = await readdir(folder).catch(() => []);
  if (there.every((name) => name === '.git')) return;
  throw new AnswerError(`${folder} is not empty. Name a new folder, or empty this one.`);
}

/** Writes a head's files into a folder that is new or empty; throws an AnswerError for another. */
export async function writeHead(folder: string, files: HeadFiles): Promise<void> {
  await checkEmpty(folder);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}
