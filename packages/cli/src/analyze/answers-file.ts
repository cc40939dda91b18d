import type { Answer, Outcome } from '@medzoo/core';

/** What came of one image: the outcome of each head, or why there is none. */
export type ImageReport =
  { readonly file: string; readonly heads: readonly HeadReport[] } | { readonly file: string; readonly error: string };

export interface HeadReport {
  readonly id: string;
  readonly outcome: Outcome<Answer>;
  /** The file name of what was drawn of the answer. */
  readonly picture: string | undefined;
}

/** The answers as JSON for programs: masks as COCO run lengths, heat maps as numbers, provenance with every answer. */
export function formatAnswers(version: string, reports: readonly ImageReport[]): string {
  const images = reports.map((report) => {
    if ('error' in report) return { file: report.file, ok: false, error: report.error };
    const heads = report.heads.map(({ id, outcome, picture }) => [id, headEntry(outcome, picture)]);
    return { file: report.file, ok: true, heads: Object.fromEntries(heads) as unknown };
  });
  return `${JSON.stringify({ medzoo: version, notice: 'Not for diagnosis.', images }, writeNumbers, 2)}\n`;
}

function headEntry(outcome: Outcome<Answer>, picture: string | undefined) {
  if (!outcome.ok) return outcome;
  const { value, provenance } = outcome;
  return { ok: true, ...(picture !== undefined && { picture }), answer: value, provenance };
}

/** JSON has no typed arrays. Four decimals of a probability are more than it is worth. */
function writeNumbers(_key: string, value: unknown): unknown {
  return value instanceof Float32Array ? Array.from(value, (number) => Number(number.toFixed(4))) : value;
}
