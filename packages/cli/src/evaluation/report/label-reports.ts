import { f1, precision, recall, trueLabels } from '../../statistics/accuracy.js';
import { groupBy } from '../../statistics/group-by.js';
import type { Prediction } from '../../statistics/prediction.type.js';
import type { LabelReport } from './report.type.js';

/** How a classifier did on each label that truly occurs, and what it took it for. */
export function reportLabels(predictions: readonly Prediction[]): Readonly<Record<string, LabelReport>> {
  const entries = trueLabels(predictions).map((label): [string, LabelReport] => {
    const own = predictions.filter(({ truth }) => truth === label);
    const predicted = [...groupBy(own, (prediction) => prediction.predicted)].map(
      ([name, group]) => [name, group.length] as const,
    );
    const scores = {
      recall: recall(predictions, label),
      precision: precision(predictions, label),
      f1: f1(predictions, label),
    };
    const rounded = Object.entries(scores).map(([name, value]) => [name, Number(value.toFixed(6))]);
    return [
      label,
      {
        n: own.length,
        ...(Object.fromEntries(rounded) as typeof scores),
        predicted: Object.fromEntries(predicted.sort(([, a], [, b]) => b - a)),
      },
    ];
  });
  return Object.fromEntries(entries);
}
