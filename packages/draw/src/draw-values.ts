import { formatQuantity, type Bytes, type PredictedQuantity, type Raster, type RegressionAnswer } from '@medzoo/core';
import { warningRows } from './legend-rows.js';
import { createPicture, formatPercent, INK, noteRow, paintPicture, type LegendRow } from './picture.js';

/** A PNG for a person: the image, and each number with its unit and its interval below. */
export async function drawValues(
  source: Uint8Array | Raster,
  { values, domain }: Pick<RegressionAnswer, 'values' | 'domain'>,
): Promise<Bytes> {
  const picture = await createPicture(source);
  const rows = values.flatMap((one) => [valueRow(one, values), ...intervalRows(one)]);
  return paintPicture(picture, {}, [...warningRows(domain), ...rows]);
}

function valueRow({ label, value, unit }: PredictedQuantity, all: readonly PredictedQuantity[]): LegendRow {
  return ({ fontSize, width, pen }, y) => {
    const soft = { size: fontSize, colour: INK.soft };
    const bold = { size: fontSize, bold: true, colour: INK.strong };
    const fit = (text: string): string => pen.fit(text, width * 0.5, soft);
    const margin = fontSize * 0.9;
    const baseline = y + fontSize * 0.35;
    const left = margin + Math.max(...all.map((one) => pen.widthOf(fit(one.label), soft))) + fontSize;
    const number = pen.fit(formatQuantity(value, unit), width - left - margin, bold);
    return pen.draw(fit(label), { x: margin, y: baseline }, soft) + pen.draw(number, { x: left, y: baseline }, bold);
  };
}

function intervalRows({ unit, interval }: PredictedQuantity): LegendRow[] {
  if (!interval) return [];
  const { lower, upper, coverage } = interval;
  return [
    noteRow(
      `In ${formatPercent(coverage)} of such images, the true value is from ${formatQuantity(lower, unit)} to ` +
        formatQuantity(upper, unit),
    ),
  ];
}
