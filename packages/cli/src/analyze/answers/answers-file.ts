import { describeError } from '../../describe-error.js';
import { masksOf } from './answer-parts.js';
import type { HeadReport, PictureReport } from '../analyze-study.js';
import type { Stack } from '../inputs/arrange-inputs.js';
import type { VolumeReport } from './measure-volumes.js';

/** What came of one input: its pictures and, over slices, volumes. */
export interface StudyReport {
  readonly kind: 'picture' | 'frames' | 'series';
  readonly pictures: readonly PictureReport[];
  /** Which of the pictures make up each volume; none for a picture alone. */
  readonly stacks: readonly Pick<Stack, 'from' | 'count'>[];
  readonly volumes: readonly VolumeReport[];
}

/** A file that was not even looked into. */
export interface UnreadFile {
  readonly file: string;
  readonly error: unknown;
}

/** The answers as JSON for programs: masks as COCO run lengths, heat maps as numbers, provenance with every answer. */
export function formatAnswers(
  version: string,
  studies: readonly StudyReport[],
  unread: readonly UnreadFile[] = [],
): string {
  const images = [
    ...unread.map(({ file, error }) => ({ file, ok: false, error: describeError(error) })),
    ...studies.flatMap((study, number) => study.pictures.map((report) => imageEntry(report, study, number))),
  ];
  const volumes = studies.flatMap(({ volumes: found }, study) => found.map((volume) => ({ study, ...volume })));
  const content = { medzoo: version, notice: 'Not for diagnosis.', images, ...(volumes.length > 0 && { volumes }) };
  return `${JSON.stringify(content, writeNumbers, 2)}\n`;
}

function imageEntry(report: PictureReport, { kind }: StudyReport, study: number) {
  const { file, index } = report;
  const place = kind === 'picture' ? {} : { study, ...(kind === 'series' && { slice: index }) };
  if ('error' in report) {
    const { frame } = report.picture.description;
    return { file, ...place, ...(kind === 'frames' && { frame }), ok: false, error: describeError(report.error) };
  }
  const { frame, frames, spacing } = report.image.view; // each head's window is in its provenance
  const heads = report.heads.map((head) => [head.id, headEntry(head)]);
  return { file, ...place, ok: true, frame, frames, spacing, heads: Object.fromEntries(heads) as unknown };
}

function headEntry({ outcome, picture, measurements }: HeadReport) {
  if (!outcome.ok) return outcome;
  const { value, provenance } = outcome;
  const masks = masksOf(value).map((mask, index) => ({ ...mask, measurements: measurements[index] }));
  const answer = masks.length > 0 ? { ...value, masks } : value;
  return { ok: true, ...(picture !== undefined && { picture }), answer, provenance };
}

/** JSON has no typed arrays. Four decimals of a probability are more than it is worth. */
function writeNumbers(_key: string, value: unknown): unknown {
  return value instanceof Float32Array ? Array.from(value, (number) => Number(number.toFixed(4))) : value;
}
