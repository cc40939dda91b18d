import type { Failures, Finding } from '@medzoo/cards';
import type { Head, Metric, Task } from '@medzoo/core/contract';
import { sortMetrics, table } from '@medzoo/cli';
import { countRefusals } from './render-failures.js';

/** A head as the table of all heads shows it. */
export interface HeadRow {
  readonly head: Head;
  readonly failures: Failures;
  /** Where the head's model card is, as seen from the document. */
  readonly card: string;
}

/**
 * What each head is for, what it reached on held-out images, and where it fails: all of it out of its card's sources.
 */
export function renderHeadsTable(rows: readonly HeadRow[]): string {
  const cells = rows.flatMap((row) => ROWS[row.head.manifest.task](row));
  return table(['finds', 'head', 'on held-out test images', 'where it fails'], cells);
}

const ROWS: Readonly<Record<Task, (row: HeadRow) => string[][]>> = {
  /**
   * A head that answers several targets has numbers and failures of each; one that takes prompts answers whatever is
   * prompted.
   */
  segmentation: (row) =>
    row.head.trained.labels.length > 1 ? labelRows(row) : [headRow(row, describePrompted(testMetrics(row)))],
  classification: (row) => [headRow(row, describeClasses(testMetrics(row)))],
  regression: (row) => [headRow(row, describeErrors(testMetrics(row)))],
  keypoints: (row) => [headRow(row, describeDistances(testMetrics(row)))],
  multilabel: (row) => [headRow(row, describeClasses(testMetrics(row)))],
};

function labelRows(row: HeadRow): string[][] {
  const { head, failures, card } = row;
  const onTest = homeMetrics(head).filter(({ split }) => split === 'test');
  return head.trained.labels.map((label) => {
    const metrics = onTest.filter((metric) => metric.label === label);
    const cases = failures.cases.filter((finding) => targetOf(finding) === label);
    return [
      label.replaceAll('_', ' '),
      `[\`${head.manifest.id}\`](${card})`,
      metrics
        .filter(({ name }) => name === 'dice')
        .map(describeDice)
        .join('; '),
      [...metrics.filter(isBesideTarget).map(describeFalsePresence), ...describeCases(cases)].join(' '),
    ];
  });
}

/** How good it is on images like its own, or what a prompt is worth. */
function homeMetrics({ trained }: Head): readonly Metric[] {
  const { good, outside, objects } = sortMetrics(trained);
  return [...good.filter((metric) => !outside.includes(metric)), ...objects];
}

function testMetrics({ head }: HeadRow): readonly Metric[] {
  return homeMetrics(head).filter(({ split, excludedLabels }) => split === 'test' && !excludedLabels);
}

function headRow({ head: { manifest }, failures, card }: HeadRow, numbers: string): string[] {
  return [
    manifest.title.replace(/^.+?: /, ''),
    `[\`${manifest.id}\`](${card})`,
    numbers,
    describeCases(failures.cases).join(' '),
  ];
}

/** What is hard about the phantoms on which it fails, and how many of its own kind it does not answer at all. */
function describeCases(cases: readonly Finding[]): string[] {
  const refusals = countRefusals(cases);
  const failed = cases.filter(({ outcome }) => outcome === 'failed').map(({ shows }) => shows);
  return [...(refusals ? [`Refuses ${refusals}.`] : []), ...failed];
}

const targetOf = (finding: Finding): string | undefined => ('target' in finding ? finding.target : undefined);

const isBesideTarget = ({ name, negatives }: Metric): boolean =>
  name === 'presence_specificity' && negatives?.kind === 'background';

const describeDice = ({ value, dataset, n }: Metric): string => `Dice ${value.toFixed(3)} (${dataset}, n ${n})`;

function describeFalsePresence({ value, n }: Metric): string {
  const share = Math.round((1 - value) * 100);
  return `Calls the target present in ${share} % of crops beside it (n ${n}).`;
}

/** Its Dice depends more on what is prompted than on the head: the range over the data sets. */
function describePrompted(metrics: readonly Metric[]): string {
  const prompted = metrics.filter(({ name }) => name === 'dice').toSorted((one, other) => one.value - other.value);
  const [worst, best] = [prompted.at(0), prompted.at(-1)];
  if (!worst || !best) return '';
  const prompt = worst.prompt ? `, prompted by the truth's ${worst.prompt}` : '';
  return `Dice ${worst.value.toFixed(3)} (${worst.dataset}) to ${best.value.toFixed(3)} (${best.dataset})${prompt}`;
}

function describeClasses(metrics: readonly Metric[]): string {
  const overall = metrics.filter(({ label }) => label === undefined);
  const names = { balanced_accuracy: 'balanced accuracy', auroc: 'AUROC' };
  const found = Object.entries(names).flatMap(([name, words]) => {
    const metric = overall.find((one) => one.name === name);
    return metric ? [{ metric, text: `${words} ${metric.value.toFixed(3)}` }] : [];
  });
  const [first] = found;
  return first ? `${found.map(({ text }) => text).join(', ')} (${first.metric.dataset}, n ${first.metric.n})` : '';
}

/** How far its numbers are off, of each label. */
function describeErrors(metrics: readonly Metric[]): string {
  const errors = metrics.filter(({ name }) => name === 'mae');
  return errors
    .map(
      ({ label, value, dataset, n }) =>
        `mean absolute error ${label ?? ''} ${value.toPrecision(3)} (${dataset}, n ${n})`,
    )
    .join('; ');
}

/** How far its points are off, over all of them. */
function describeDistances(metrics: readonly Metric[]): string {
  const found = metrics.find(({ name, label }) => name.startsWith('mean_distance') && label === undefined);
  if (!found) return '';
  const unit = found.name.endsWith('_mm') ? 'mm' : 'px';
  return `mean distance ${found.value.toPrecision(3)} ${unit} (${found.dataset}, n ${found.n})`;
}
