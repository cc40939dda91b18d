import type { QuantityAnswer } from '../requests/analyze-query.js';
import { formatPercent } from './format.js';

/** A number in words. */
export interface QuantityRow {
  readonly label: string;
  /** With its unit. */
  readonly value: string;
  /** Empty for a number without one. */
  readonly interval: string;
}

/** Numbers for a person. */
export function describeQuantities(values: readonly QuantityAnswer[]): readonly QuantityRow[] {
  return values.map(({ label, value, unitName, interval }) => ({
    label,
    value: formatQuantity(value, unitName),
    interval: interval
      ? `In ${formatPercent(interval.coverage)} of such images, the true value is from ` +
        `${formatQuantity(interval.lower, unitName)} to ${formatQuantity(interval.upper, unitName)}.`
      : '',
  }));
}

/** To four digits. */
function formatQuantity(value: number, unitName: string): string {
  return `${Number(value.toPrecision(4))} ${unitName}`.trim();
}
