import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** As much of answers.json as tells whose answers lie beside it. */
interface Answers {
  readonly medzoo: string;
  readonly images: readonly { readonly heads?: Readonly<Record<string, unknown>> }[];
}

/** What `medzoo analyze` writes the answers to, one in each folder of results. */
export const ANSWERS_FILE = 'answers.json';

/**
 * Tells what `medzoo analyze` wrote into a folder, by the heads of its answers.json: `NAME.HEAD.png`, say. Drawn
 * pictures and written masks look like images, and are none that somebody wants to have analyzed again.
 */
export async function findOwnResults(folder: string): Promise<(name: string) => boolean> {
  const ids = await readHeads(join(folder, ANSWERS_FILE));
  return (name) => ids.some((id) => name.includes(`.${id}.`));
}

async function readHeads(path: string): Promise<readonly string[]> {
  try {
    const answers = JSON.parse(await readFile(path, 'utf8')) as Answers;
    if (typeof answers.medzoo !== 'string') return [];
    return [...new Set(answers.images.flatMap(({ heads = {} }) => Object.keys(heads)))];
  } catch {
    return []; // somebody else's file of that name
  }
}
