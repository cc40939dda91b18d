import { createHash } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandError } from '@medzoo/cli';
import { digestsOf } from './digests-of.js';
import type { Failures, Finding, FindingOf } from './failures.type.js';
import type { CardTask, CaseOf, HeadCases } from './hard-case.type.js';
import { runClassCase, runMaskCase, type Asked, type CaseResult } from './run-case.js';

/** Where a head's card has its pictures and failures.json. */
export const FOLDER = 'failures';

/** Runs a head on its hard phantoms and writes what came of it beside its card: pictures, and failures.json. */
export async function writeFailures(
  { zoo, draw }: Omit<Asked, 'head'>,
  root: string,
  of: HeadCases,
): Promise<Failures> {
  const head = zoo.heads.find(({ manifest }) => manifest.id === of.head);
  if (!head) throw new CommandError(`There is no head "${of.head}" in the config, for which a card is written.`);
  // All of them before the folder is touched: a case that throws leaves the card as it was.
  const pictures: Uint8Array[] = [];
  const cases: Finding[] = [];
  for await (const { finding, picture } of runCases({ zoo, head, draw }, of)) {
    pictures.push(picture);
    const digest = createHash('sha256').update(picture).digest('hex');
    cases.push({ ...finding, picture: `${finding.id}.webp`, picture_sha256: digest });
  }
  const failures = { digests: digestsOf(head), cases };

  const folder = join(root, of.card, FOLDER);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [index, { picture }] of cases.entries()) await writeFile(join(folder, picture), pictures[index]!);
  await writeFile(join(folder, 'failures.json'), `${JSON.stringify(failures, undefined, 2)}\n`);
  return failures;
}

const RUN_CASE: {
  readonly [T in CardTask]: (asked: Asked, hard: CaseOf<T>) => Promise<CaseResult<FindingOf<T>>>;
} = { segmentation: runMaskCase, classification: runClassCase };

/** The cases of a head, one after another. */
export async function* runCases(asked: Asked, of: HeadCases): AsyncGenerator<CaseResult<Finding>> {
  for (const hard of of.cases) yield await RUN_CASE[of.task](asked, hard as never);
}
