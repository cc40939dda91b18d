import { matchAnswer, measureMask, type MaskMeasurements } from '@medzoo/core';
import type {
  Answer,
  ClassificationAnswer,
  Domain,
  KeypointsAnswer,
  MultilabelAnswer,
  Outcome,
  PixelSize,
  RegressionAnswer,
  SegmentationAnswer,
} from '@medzoo/core/contract';
import { imageKindOf } from '../image-kind.js';
import { csvRow, type Cell } from './csv-cells.js';

/** The outcome of one head on one image; one that failed is a row as well. */
export interface CsvAnswer {
  /** What the image is called in the table. */
  readonly image: string;
  /** From 0, for images of several. */
  readonly frame?: number;
  readonly head: string;
  readonly outcome: Outcome<Answer>;
  /** Where it is known, lengths are in millimetres. */
  readonly pixelSize?: PixelSize;
}

const COLUMNS = [
  'image', 'frame', 'head', 'head_version', 'weights_sha256', 'weights_precision', 'task', 'label',
  'probability', 'presence', 'quality', 'threshold',
  'area_px', 'area_fraction', 'box_x_px', 'box_y_px', 'box_width_px', 'box_height_px',
  'unit', 'area', 'perimeter', 'longest_diameter', 'ellipse_major_axis', 'ellipse_minor_axis', 'ellipse_circumference',
  'value', 'value_unit', 'interval_lower', 'interval_upper', 'interval_coverage',
  'x_px', 'y_px', 'x_mm', 'y_mm',
  'pixel_x_mm', 'pixel_y_mm', 'error',
  'absent_because', 'in_domain', 'nearest', 'warnings',
] as const; // prettier-ignore
type Row = Partial<Record<(typeof COLUMNS)[number], Cell>>;

/**
 * Writes outcomes as CSV (RFC 4180, UTF-8), line by line: one row a mask, a class, a value or a point. `probability` is of a
 * class, `presence` of a mask's or point's target; `area` and lengths are in `unit`, px or mm; `value` and its interval are in
 * `value_unit`, in UCUM's symbols. What failed is one row with its error's
 * code. `absent_because` says why a mask is empty or a point is none, `in_domain` whether the image is of the kind that
 * the answer was learnt on, and `nearest` what the image is most like; empty where the head cannot say. `warnings` are
 * those of the provenance, such as a file of another modality.
 */
export async function* writeCsv(
  answers: Iterable<CsvAnswer> | AsyncIterable<CsvAnswer>,
): AsyncGenerator<string, void, undefined> {
  yield csvRow(COLUMNS);
  for await (const answer of answers) {
    for (const row of describeRows(answer)) yield csvRow(COLUMNS.map((column) => row[column] ?? null));
  }
}

function describeRows({ image, frame, head, outcome, pixelSize }: CsvAnswer): Row[] {
  const { head: model, headPrecision } = outcome.provenance ?? {};
  const common: Row = {
    image,
    frame: frame ?? null,
    head,
    head_version: model?.version ?? null,
    weights_sha256: model?.sha256 ?? null,
    weights_precision: headPrecision ?? null,
    pixel_x_mm: pixelSize?.x ?? null,
    pixel_y_mm: pixelSize?.y ?? null,
    warnings: outcome.provenance?.warnings?.join(' ') ?? null,
  };
  if (!outcome.ok) return [{ ...common, error: outcome.error.code, ...describeKind(outcome.domain) }];
  const { value } = outcome;
  const rows = matchAnswer(value, {
    segmentation: (answer) => describeMasks(answer, pixelSize),
    classification: describeClasses,
    regression: describeValues,
    keypoints: (answer) => describePoints(answer, pixelSize),
    multilabel: describeLabels,
  });
  return rows.map((row) => ({ ...common, task: value.task, ...row }));
}

function describeMasks({ masks }: SegmentationAnswer, pixelSize: PixelSize | undefined): Row[] {
  return masks.map(({ label, presence, quality, threshold, area, areaFraction, boundingBox, rle, ...why }) => ({
    label,
    presence,
    quality,
    threshold,
    area_px: area,
    area_fraction: areaFraction,
    box_x_px: boundingBox?.x ?? null,
    box_y_px: boundingBox?.y ?? null,
    box_width_px: boundingBox?.width ?? null,
    box_height_px: boundingBox?.height ?? null,
    ...describeMeasurements(measureMask(rle, pixelSize)),
    absent_because: why.absentBecause ?? null,
    ...describeKind(why.domain),
  }));
}

function describeKind(domain: Domain | undefined): Row {
  const { inDomain, nearest } = imageKindOf(domain);
  return { in_domain: inDomain === null ? null : String(inDomain), nearest };
}

function describeMeasurements({ unit, area, perimeter, longestDiameter, ellipse }: MaskMeasurements): Row {
  return {
    unit,
    area,
    perimeter,
    longest_diameter: longestDiameter?.length ?? null,
    ellipse_major_axis: ellipse ? 2 * ellipse.semiMajor : null,
    ellipse_minor_axis: ellipse ? 2 * ellipse.semiMinor : null,
    ellipse_circumference: ellipse?.circumference ?? null,
  };
}

function describeClasses({ scores, domain }: ClassificationAnswer): Row[] {
  return scores.map(({ label, probability }) => ({ label, probability, ...describeKind(domain) }));
}

function describeValues({ values, domain }: RegressionAnswer): Row[] {
  return values.map(({ label, value, unit, interval }) => ({
    label,
    value,
    value_unit: unit,
    interval_lower: interval?.lower ?? null,
    interval_upper: interval?.upper ?? null,
    interval_coverage: interval?.coverage ?? null,
    ...describeKind(domain),
  }));
}

function describePoints({ points, domain }: KeypointsAnswer, pixelSize: PixelSize | undefined): Row[] {
  return points.map(({ label, point, presence, absentBecause }) => ({
    label,
    presence: presence ?? null,
    x_px: point?.x ?? null,
    y_px: point?.y ?? null,
    x_mm: point && pixelSize ? point.x * pixelSize.x : null,
    y_mm: point && pixelSize ? point.y * pixelSize.y : null,
    absent_because: absentBecause ?? null,
    ...describeKind(domain),
  }));
}

function describeLabels({ scores, domain }: MultilabelAnswer): Row[] {
  return scores.map(({ label, probability, threshold }) => ({
    label,
    probability,
    threshold,
    ...describeKind(domain),
  }));
}
