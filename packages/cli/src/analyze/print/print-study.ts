import { styleText } from 'node:util';
import type { DecodedImage, HeadDescription, UsedView } from '@medzoo/core';
import { groupBy } from '../../statistics/group-by.js';
import { countOf, formatCount } from '../../terminal/format.js';
import { formatTable, type Column } from '../../terminal/format-table.js';
import { headsOf, type AnalyzedPicture, type PictureReport } from '../analyze-study.js';
import { chosenLabelOf } from '../answers/answer-parts.js';
import { ANSWER_COLUMNS, answerRows } from '../answers/answer-rows.js';
import { countOutcomes } from './count-outcomes.js';
import type { Study } from '../inputs/arrange-inputs.js';
import type { VolumeReport } from '../answers/measure-volumes.js';
import { formatTimings } from './timing-tables.js';

/** What was found in a picture alone, and how long each stage took if it is asked for. */
export function formatPicture(
  report: AnalyzedPicture,
  heads: readonly HeadDescription[],
  { showsTimings }: { readonly showsTimings: boolean },
): string {
  const { file, image, heads: reports } = report;
  const answers = headsOf(heads, reports).flatMap((head, index) =>
    answerRows(head, reports[index]!.outcome, reports[index]!.measurements),
  );
  const seen = reports.find(({ outcome }) => outcome.ok)?.outcome.provenance?.view;
  const title = `${styleText('bold', file)}  ${describeImage({ ...image, ...(seen && { view: seen }) })}`;
  const timings = showsTimings ? ['', formatTimings(reports)] : [];
  return [title, formatTable(ANSWER_COLUMNS, answers), ...timings, ''].join('\n');
}

const SLICE_COLUMNS: readonly Column[] = [
  { title: 'head' },
  { title: 'answer' },
  { title: 'slices', align: 'right' },
  { title: 'volume', align: 'right' },
];

/**
 * What was found over the frames of a file or the slices of a series: a row for each target and class, and for what was
 * not answered.
 */
export function formatSlices(
  { title: name, pictures, stacks }: Study,
  reports: readonly PictureReport[],
  volumes: readonly VolumeReport[],
  heads: readonly HeadDescription[],
): string {
  const analyzed = reports.filter((report) => 'heads' in report);
  const { description } = pictures[0]!;
  const size = `${description.width} × ${description.height} ${description.format}`;
  const title = `${styleText('bold', name)}  ${countOf(reports.length, 'slice')} of ${size}`;
  const others = countOutcomes(analyzed, heads);
  const rows = [
    ...volumes.map(({ head, label, foundIn, slices, volumeMm3, stack }) => [
      styleText('bold', head),
      styleText('cyan', label) + (stack === undefined ? '' : `, volume ${stack + 1} of ${stacks.length}`),
      `${formatCount(foundIn)} of ${formatCount(slices)}`,
      volumeMm3 === null ? '' : formatVolume(volumeMm3),
    ]),
    ...countClasses(analyzed).map(({ head, label, count }) => [
      styleText('bold', head),
      styleText('cyan', label),
      `${formatCount(count)} of ${formatCount(reports.length)}`,
      '',
    ]),
    ...others.map(({ head, what, count }) => [
      styleText('bold', head),
      styleText(what === 'failed' ? 'red' : 'yellow', what),
      `${formatCount(count)} of ${formatCount(reports.length)}`,
      '',
    ]),
  ];
  const without = [...groupBy(volumes, ({ reason }) => reason)].filter(([reason]) => reason !== undefined);
  return [
    title,
    formatTable(SLICE_COLUMNS, rows),
    ...others.map(({ head, what, why }) => styleText('dim', `  ${head}, ${what}: ${why}`)),
    ...without.map(([reason, of]) => styleText('dim', `  no volume: ${listLabels(of)}. ${reason!}`)),
    '',
  ].join('\n');
}

function listLabels(volumes: readonly VolumeReport[]): string {
  return [...new Set(volumes.map(({ label }) => label))].join(', ');
}

function formatVolume(mm3: number): string {
  return mm3 >= 1000 ? `${(mm3 / 1000).toFixed(1)} ml` : `${mm3.toFixed(1)} mm³`;
}

/** In how many pictures each class is the most probable one. */
function countClasses(
  reports: readonly AnalyzedPicture[],
): { readonly head: string; readonly label: string; readonly count: number }[] {
  const counts = new Map<string, { readonly head: string; readonly label: string; count: number }>();
  for (const { id, outcome } of reports.flatMap(({ heads }) => heads)) {
    const label = outcome.ok ? chosenLabelOf(outcome.value) : undefined;
    if (label === undefined) continue;
    const key = JSON.stringify([id, label]);
    const known = counts.get(key) ?? { head: id, label, count: 0 };
    known.count += 1;
    counts.set(key, known);
  }
  return [...counts.values()];
}

/** "512 × 512 dicom, frame 3 of 120, window 40 / 400 (file), 0.7 × 0.7 mm" */
function describeImage({
  width,
  height,
  format,
  view,
}: Pick<DecodedImage, 'width' | 'height' | 'format' | 'view'>): string {
  const { frame, frames } = view;
  const which = frames > 1 ? [`frame ${frame} of ${frames}`] : [];
  return [`${width} × ${height} ${format}`, ...which, ...describeView(view)].join(', ');
}

function describeView({ window, spacing }: UsedView): string[] {
  const show = (value: number): number => Number(value.toPrecision(4));
  return [
    ...(window ? [`window ${show(window.center)} / ${show(window.width)} (${window.source})`] : []),
    ...(spacing ? [`${show(spacing.x)} × ${show(spacing.y)} ${spacing.unit}`] : []),
  ];
}
