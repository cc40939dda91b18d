import { rename, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Head } from '@medzoo/core/contract';
import { readModelFile } from '@medzoo/core/model';
import { findPackageFolder, updateCard, type CardState } from '../card/update-card.js';
import { CommandError } from '../command-error.js';
import type { Report } from '../evaluation/report/report.type.js';
import { countOf } from '../terminal/format.js';
import type { FoundModelFile } from './find-model-file.js';
import { isOutdated, mergeMetrics, mergeSpeed } from './merge-metrics.js';
import { metricsOf } from './metrics-of.js';

export interface Recorded {
  readonly modelFile: string;
  /** What became of the README; undefined where the model belongs to no package. */
  readonly card: { readonly path: string; readonly state: CardState } | undefined;
}

/**
 * Writes what an evaluation measured into the model file of the weights that it ran, and into the tables of the README
 * of their package. `machine`, in words, is what the milliseconds are of; without it they are not recorded. Rejects
 * with a CommandError, and writes nothing, where an image of the split could not be evaluated.
 */
export async function recordEvaluation(
  report: Report,
  { path, content }: FoundModelFile,
  heads: readonly Head[],
  machine: string | undefined,
): Promise<Recorded> {
  checkComplete(report);
  const { metrics, speed = [], labels } = readModelFile(pathToFileURL(path));
  const changed = {
    ...content,
    metrics: mergeMetrics(
      metrics.filter((metric) => !isOutdated(metric, report)),
      metricsOf(report, labels),
    ),
    ...(machine !== undefined && { speed: mergeSpeed(speed, report, machine) }),
  };
  await writeFile(`${path}.part`, `${JSON.stringify(changed, undefined, 2)}\n`);
  await rename(`${path}.part`, path);
  const folder = await findPackageFolder(path);
  if (folder === undefined) return { modelFile: path, card: undefined };
  // The heads as the config has them, with what the model file now says.
  const trained = readModelFile(pathToFileURL(path));
  const current = heads.map((head) =>
    head.trained.model.sha256 === trained.model.sha256 ? { ...head, trained } : head,
  );
  return { modelFile: path, card: await updateCard(folder, current) };
}

/** What is recorded is of a whole split: the images that fail are seldom the easy ones. */
function checkComplete({ n_failed: failed }: Report): void {
  if (failed === 0) return;
  throw new CommandError(
    `Nothing was recorded, since ${countOf(failed, 'image')} of the split could not be evaluated. Mend these, or ` +
      'take them out of the set, and evaluate it again with --record.',
  );
}
