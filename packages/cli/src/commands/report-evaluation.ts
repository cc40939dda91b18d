import { writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { styleText } from 'node:util';
import { makeFolder } from '@medzoo/core/model';
import { Presets, SingleBar } from 'cli-progress';
import { inOneLine } from '../describe-error.js';
import { formatCorruption } from '../corruption/format-corruption.js';
import type { CorruptionEvaluation } from '../corruption/run-corruption.js';
import { formatDomain } from '../domain/format-domain.js';
import type { DomainEvaluation } from '../domain/run-domain.js';
import { formatReport } from '../evaluation/report/format-report.js';
import type { Evaluation } from '../evaluation/run-evaluation.js';
import type { FailedRow, OnProgress } from '../evaluation/score/score-rows.js';
import { explainWriteError } from '../files/explain-write-error.js';
import { showPath } from '../files/show-path.js';
import { countOf } from '../terminal/format.js';
import { createProgressLines } from './progress-lines.js';

const SHOWN_FAILURES = 20;

/** Shows how many images are done: by a bar where there is a terminal, else by a line now and then. */
export function createProgress(): OnProgress {
  return process.stderr.isTTY ? createProgressBar() : createProgressLines((line) => console.error(line));
}

function createProgressBar(): OnProgress {
  const bar = new SingleBar(
    { format: '  {bar} {value} of {total} images, {eta_formatted} left', clearOnComplete: true },
    Presets.shades_classic,
  );
  return (done, total) => {
    if (done === 1) bar.start(total, 0);
    bar.update(done);
    if (done === total) bar.stop();
  };
}

interface Told {
  readonly n_failed: number;
  readonly failed: readonly FailedRow[];
}

/** Prints and writes; the exit code is 1 if an image failed. */
export function reportEvaluation({ report, because, warnings }: Evaluation, json: string | undefined): Promise<number> {
  return tell(report, warnings, formatReport(report, because), json);
}

/** As `reportEvaluation`, of corrupted images. */
export function reportCorruption(evaluation: CorruptionEvaluation, json: string | undefined): Promise<number> {
  return tell(evaluation.report, evaluation.warnings, formatCorruption(evaluation), json);
}

/** As `reportEvaluation`, of the kind of images. */
export function reportDomain({ report, warnings }: DomainEvaluation, json: string | undefined): Promise<number> {
  return tell(report, warnings, formatDomain(report), json);
}

async function tell(
  report: Told,
  warnings: readonly string[],
  text: string,
  json: string | undefined,
): Promise<number> {
  for (const warning of warnings)
    console.error(`${styleText('yellow', 'warning', { stream: process.stderr })}: ${inOneLine(warning)}`);
  for (const { id, error } of report.failed.slice(0, SHOWN_FAILURES))
    console.error(`${styleText('red', inOneLine(id), { stream: process.stderr })}: ${error}`);
  console.log(text);
  if (report.n_failed > 0) console.error(`${countOf(report.n_failed, 'image')} could not be evaluated.`);
  if (json !== undefined) {
    const path = resolve(json);
    await writeReport(report, path).catch((error: unknown) => {
      throw explainWriteError(error, path);
    });
    console.log(`  The report is in ${showPath(path)}.`);
  }
  return report.n_failed > 0 ? 1 : 0;
}

async function writeReport(report: Told, path: string): Promise<void> {
  await makeFolder(dirname(path));
  await writeFile(path, `${JSON.stringify(report, undefined, 2)}\n`);
}
