import type { Answer, Outcome, Provenance } from '@medzoo/core';
import { inOneLine } from '../../describe-error.js';
import { median } from '../../statistics/summary.js';
import { formatCount, formatMs } from '../../terminal/format.js';
import { formatTable, type Column } from '../../terminal/format-table.js';
import type { HeadReport } from '../analyze-study.js';

const STAGES = ['decode', 'preprocess', 'encode', 'head', 'postprocess', 'total'] as const;
const stageColumns: readonly Column[] = STAGES.map((title) => ({ title, align: 'right' }));

const ALONE_COLUMNS: readonly Column[] = [
  { title: 'milliseconds' },
  ...stageColumns,
  { title: 'provider' },
  { title: 'embedding' },
  { title: 'picture' },
];

const MEDIAN_COLUMNS: readonly Column[] = [
  { title: 'milliseconds, median' },
  { title: 'pictures', align: 'right' },
  ...stageColumns,
  { title: 'provider' },
];

/** How long each head took on one picture, by stage, what it ran on and in which precision, and what was drawn. */
export function formatTimings(reports: readonly HeadReport[]): string {
  return formatTable(ALONE_COLUMNS, reports.map(timingRow));
}

/** How long each head took on the pictures of a run, in medians; an empty text if nothing says how long. */
export function formatMedianTimings(pictures: readonly (readonly HeadReport[])[]): string {
  const ids = [...new Set(pictures.flatMap((reports) => reports.map(({ id }) => id)))];
  const rows = ids.flatMap((id) => {
    const known = pictures.flatMap((reports) => provenanceOf(reports.find((report) => report.id === id)?.outcome));
    if (known.length === 0) return [];
    const times = STAGES.map((stage) => formatMs(median(known.map(({ timingsMs }) => timingsMs[stage]))));
    const providers = [...new Set(known.filter(({ provider }) => provider !== null).map(sayProvider))];
    return [[id, formatCount(known.length), ...times, providers.join('; ') || 'not run']];
  });
  return rows.length === 0 ? '' : formatTable(MEDIAN_COLUMNS, rows);
}

function timingRow({ id, outcome, picture }: HeadReport): string[] {
  const [provenance] = provenanceOf(outcome);
  if (!provenance) return [id];
  return [
    id,
    ...STAGES.map((stage) => formatMs(provenance.timingsMs[stage])),
    sayProvider(provenance),
    provenance.cached ? 'cached' : 'new',
    inOneLine(picture ?? ''),
  ];
}

function provenanceOf(outcome: Outcome<Answer> | undefined): Provenance[] {
  return outcome?.provenance ? [outcome.provenance] : [];
}

/** As it always ran, unless a variant of the head did. */
function sayProvider({ provider, headPrecision }: Provenance): string {
  if (provider === null) return 'not run';
  return headPrecision === 'reference' ? provider : `${provider}, ${headPrecision}`;
}
