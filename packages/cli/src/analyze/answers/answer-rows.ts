import { styleText } from 'node:util';
import {
  describeOutOfDomain,
  isPresenceJudged,
  kindsOf,
  matchAnswer,
  type Answer,
  type ClassificationAnswer,
  type Domain,
  type HeadDescription,
  type ImageMask,
  type MaskMeasurements,
  type Outcome,
  type SegmentationAnswer,
} from '@medzoo/core';
import { describeError } from '../../describe-error.js';
import { formatCount, formatPercent } from '../../terminal/format.js';
import type { Cell, Column } from '../../terminal/format-table.js';
import { wholeDomainOf } from './answer-parts.js';
import { describeLabels, describePoint, describeValue } from './describe-parts.js';

export const ANSWER_COLUMNS: readonly Column[] = [
  { title: 'head' },
  { title: 'answer' },
  { title: 'presence', align: 'right' },
  { title: 'quality', align: 'right' },
  { title: 'area', align: 'right' },
  { title: '', align: 'right' },
];

/**
 * What a head answered, areas in mm² where `measurements` (of each mask, in order) are in mm: a row for each mask, one
 * for what is there and not outlined and one for what is absent (which is less sure on an image of another kind), a row
 * for the most probable class, for each number and point, or for the labels that an image has.
 */
export function answerRows(
  head: HeadDescription,
  outcome: Outcome<Answer>,
  measurements: readonly MaskMeasurements[] = [],
): Cell[][] {
  const name = styleText('bold', head.manifest.id);
  if (!outcome.ok && outcome.domain)
    return [[name, across(styleText('yellow', `not answered. ${sayKind(head, outcome.domain)}`))]];
  if (!outcome.ok) return [[name, across(styleText('red', `failed: ${describeError(outcome.error)}`))]];
  const { spacing } = outcome.provenance.view;
  const rows = matchAnswer<Cell[][]>(outcome.value, {
    segmentation: (answer) => maskRows(head, answer, measurements),
    classification: (answer) => [alone(describeScores(answer)), ...unsureRows(head, answer)],
    regression: (answer) => [...answer.values.map(describeValue).map(alone), ...unsureRows(head, answer)],
    keypoints: (answer) => [
      ...answer.points.map((one) => alone(describePoint(one, spacing))),
      ...unsureRows(head, answer),
    ],
    multilabel: (answer) => [alone(describeLabels(answer)), ...unsureRows(head, answer)],
  });
  return rows.map((row, index) => [index === 0 ? name : '', ...row]);
}

/** What a reader has to know of an answer about an image of another kind. */
function unsureRows(head: HeadDescription, answer: Answer): Cell[][] {
  const domain = wholeDomainOf(answer);
  return domain?.inDomain === false ? [[across(styleText('yellow', `unsure. ${sayKind(head, domain)}`))]] : [];
}

function maskRows(
  head: HeadDescription,
  { masks: all }: SegmentationAnswer,
  measurements: readonly MaskMeasurements[],
): Cell[][] {
  const ofOtherKind = all.filter(({ absentBecause }) => absentBecause === 'domain');
  const looked = all.filter(({ absentBecause }) => absentBecause !== 'domain');
  const [present, absent] = [true, false].map((wanted) =>
    looked.filter((mask) => isPresent(head, mask) === wanted),
  ) as [ImageMask[], ImageMask[]];
  const rows: Cell[][] = present
    .filter(({ area }) => area > 0)
    .map((mask) => maskCells(mask, measurements[all.indexOf(mask)]));
  const unseen = {
    'present, but no outline': present.filter(({ area }) => area === 0),
    absent: absent.filter(({ domain }) => domain?.inDomain !== false),
    'not found, on an image of another kind': absent.filter(({ domain }) => domain?.inDomain === false),
  };
  for (const [what, masks] of Object.entries(unseen)) {
    const list = masks.map(({ label, presence }) => `${label} ${presence.toFixed(2)}`).join(', ');
    if (list !== '') rows.push([across(styleText('dim', `${what}: presence of ${list}`))]);
  }
  rows.push(
    ...ofOtherKind.map((mask) => [
      across(styleText('yellow', `${mask.label} not outlined. ${sayMaskKind(head, mask)}`)),
    ]),
  );
  const unsure = present.filter(({ area, domain }) => area > 0 && domain?.inDomain === false);
  rows.push(...unsure.map((mask) => [across(styleText('yellow', `${mask.label} unsure. ${sayMaskKind(head, mask)}`))]));
  return rows;
}

function sayKind({ manifest, trained }: HeadDescription, domain: Domain): string {
  return describeOutOfDomain(manifest.id, domain, kindsOf(trained.domains));
}

function sayMaskKind({ trained }: HeadDescription, { label, domain }: ImageMask): string {
  return domain ? describeOutOfDomain(label, domain, kindsOf(trained.domains, label)) : '';
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

function maskCells(mask: ImageMask, measured: MaskMeasurements | undefined): Cell[] {
  const { label, presence, quality, area, areaFraction } = mask;
  const share = `${(areaFraction * 100).toFixed(1)} %`;
  const size = measured?.unit === 'mm' ? `${measured.area.toFixed(1)} mm²` : `${formatCount(area)} px`;
  const present = isPresenceJudged(mask) ? presence.toFixed(2) : '';
  return [styleText('cyan', label), present, quality.toFixed(2), size, share];
}

/** A row of one cell. */
function alone(content: string): Cell[] {
  return [across(content)];
}

/** Over all columns but the first. */
function across(content: string): Cell {
  return { colSpan: ANSWER_COLUMNS.length - 1, content };
}
