import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { AnswerError, checkSaid, completeAnswers } from './ask/answers.js';
import { ask } from './ask/ask.js';
import { headFiles, readVersion } from './files/head-files.js';
import { listNextSteps } from './next-steps.js';
import { HELP, parseOptions } from './ask/parse-options.js';
import { findLabels, sayScarce } from './data/read-labels.js';
import { listUndecided } from './ask/undecided.js';
import { checkEmpty, writeHead } from './files/write-head.js';

async function createHead(args: readonly string[]): Promise<void> {
  const { folder, answers: said, data, packages, asksNothing, wantsHelp } = parseOptions(args);
  if (wantsHelp) {
    console.log(HELP);
    return;
  }
  const given = {
    ...said,
    ...(said.trainPackage !== undefined && { trainPackage: locate(said.trainPackage) }),
  };
  // Whatever can be wrong already is said before anything is asked.
  checkSaid(given);
  if (folder !== undefined) await checkEmpty(resolve(folder));
  const tarballs = packages === undefined ? [] : await listTarballs(resolve(packages));
  const readFrom = data === undefined ? undefined : resolve(data);
  const isAsked = process.stdin.isTTY && process.stdout.isTTY && !asksNothing;
  const answered = isAsked ? await ask(given, readFrom) : { ...given, labels: await findLabels(given, readFrom) };
  const answers = completeAnswers(answered, readVersion());
  const place = folder ?? answers.id;
  // Where labels were given, the folder need not be one that can be read.
  const scarce = await sayScarce(answers, readFrom).catch(() => undefined);
  await writeHead(resolve(place), headFiles(answers, { tarballs }));
  console.log(
    [
      `The head "${answers.id}" is in ${place}. Its weights are random until you train it.`,
      `Its labels, in the order of the outputs: ${listLabels(answers.labels)}.`,
      '',
      'Next:',
      ...listNextSteps(answers, place, data).map((line) => `  ${line}`),
      '',
      'Still to be decided:',
      ...[...(scarce === undefined ? [] : [scarce]), ...listUndecided(answers)].map((line) => `  - ${line}`),
    ].join('\n'),
  );
}

const MOST_SHOWN = 20;

function listLabels(labels: readonly string[]): string {
  const more = labels.length - MOST_SHOWN;
  return `${labels.slice(0, MOST_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** A path is taken from the working directory; a name with a version is left as it is. */
function locate(trainPackage: string): string {
  return /[\\/]|\.(whl|gz|zip)$/.test(trainPackage) ? resolve(trainPackage) : trainPackage;
}

async function listTarballs(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  const found = names.filter((name) => name.startsWith('medzoo-') && name.endsWith('.tgz')).toSorted();
  if (found.length > 0) return found.map((name) => join(folder, name));
  throw new AnswerError(`There is no medzoo-*.tgz in ${folder}, which --packages names.`);
}

try {
  await createHead(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof AnswerError)) throw error;
  console.error(`error: ${error.message}`);
  process.exitCode = 1;
}
