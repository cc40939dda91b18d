import { styleText } from 'node:util';
import type { Answer, ClassificationAnswer, HeadDescription, ImageMask, MaskMeasurements, Outcome } from '@medzoo/core';
import { describeError } from '../describe-error.js';
import { formatCount, formatMs, formatPercent } from '../terminal/format.js';
import type { Cell, Column } from '../terminal/format-table.js';

export const ANSWER_COLUMNS: readonly Column[] = [
  { title: 'head' },
  { title: 'answer' },
  { title: 'presence', align: 'right' },
  { title: 'quality', align: 'right' },
  { title: 'area', align: 'right' },
  { title: '', align: 'right' },
];

/** What a head answered, areas in mm² where `measurements` (of each mask, in order) are in mm: a row for each mask, one for what is there and not outlined and one for what is absent, or a row for the most probable class. */
export function answerRows(
  head: HeadDescription,
  outcome: Outcome<Answer>,
  measurements: readonly MaskMeasurements[] = [],
): Cell[][] {
  const name = styleText('bold', head.manifest.id);
  if (!outcome.ok) return [[name, across(styleText('red', `failed: ${describeError(outcome.error)}`))]];
  const answer = outcome.value;
  if (answer.task === 'classification') return [[name, across(describeScores(answer))]];
  const [present, absent] = [true, false].map((wanted) =>
    answer.masks.filter((mask) => isPresent(head, mask) === wanted),
  ) as [ImageMask[], ImageMask[]];
  const rows: Cell[][] = present
    .filter(({ area }) => area > 0)
    .map((mask) => maskCells(mask, measurements[answer.masks.indexOf(mask)]));
  const unseen = { 'present, but no outline': present.filter(({ area }) => area === 0), absent };
  for (const [what, masks] of Object.entries(unseen)) {
    const list = masks.map(({ label, presence }) => `${label} ${formatPercent(presence)}`).join(', ');
    if (list !== '') rows.push([across(styleText('dim', `${what}: ${list}`))]);
  }
  return rows.map((row, index) => [index === 0 ? name : '', ...row]);
}

/** Whether the head takes a target for there at all; if not, its mask is empty on purpose. */
export function isPresent({ trained }: HeadDescription, { label, presence }: ImageMask): boolean {
  return presence >= (trained.presenceThresholds?.[label] ?? 0);
}

function describeScores({ scores }: ClassificationAnswer): string {
  const [first, ...others] = scores.map(({ label, probability }) => ({ label, percent: formatPercent(probability) }));
  const rest = others.map(({ label, percent }) => `, ${label} ${percent}`).join('');
  return `${styleText('cyan', first?.label ?? '')} ${first?.percent ?? ''}${styleText('dim', rest)}`;
}

function maskCells(
  { label, presence, quality, area, areaFraction }: ImageMask,
  measured: MaskMeasurements | undefined,
): Cell[] {
  const share = `${(areaFraction * 100).toFixed(1)} %`;
  const size = measured?.unit === 'mm' ? `${measured.area.toFixed(1)} mm²` : `${formatCount(area)} px`;
  return [styleText('cyan', label), formatPercent(presence), quality.toFixed(2), size, share];
}

export const TIMING_COLUMNS: readonly Column[] = [
  { title: 'milliseconds' },
  { title: 'decode', align: 'right' },
  { title: 'preprocess', align: 'right' },
  { title: 'encode', align: 'right' },
  { title: 'head', align: 'right' },
  { title: 'postprocess', align: 'right' },
  { title: 'total', align: 'right' },
  { title: 'provider' },
  { title: 'embedding' },
  { title: 'picture' },
];

/** How long a head took, by stage, what it ran on, and what was drawn of it. */
export function timingRow(head: HeadDescription, { provenance }: Outcome<Answer>, picture: string | undefined): Cell[] {
  if (!provenance) return [head.manifest.id];
  const { decode, preprocess, encode, head: run, postprocess, total } = provenance.timingsMs;
  return [
    head.manifest.id,
    ...[decode, preprocess, encode, run, postprocess, total].map(formatMs),
    provenance.provider,
    provenance.cached ? 'cached' : 'new',
    picture ?? '',
  ];
}

/** Over all columns but the first. */
function across(content: string): Cell {
  return { colSpan: ANSWER_COLUMNS.length - 1, content };
}
