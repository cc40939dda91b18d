import type { QuantitySpec } from '../model/quantities.js';
import type { TrainedModel } from '../model/trained-model.js';
import type { PredictedValue, Regression } from '../answers/decoded-results.js';
import type { Tensors } from '../backend/tensor.js';
import { numbersByLabel } from './tensors/labelled-outputs.js';
import { takeFloat32 } from './tensors/take-tensor.js';

/**
 * The standard rule of a regression head. `values` float32 [1, labels] are multiplied by the `std` of the label's
 * quantity in the model file and added to its `mean`; its conformal `halfWidth` is the interval to both sides. Throws
 * MODEL_MISMATCH where there are not as many values as labels, and HEAD_FAILED for a value that is NaN or infinite.
 */
export function decodeValues(
  outputs: Tensors,
  { labels, quantities = {} }: Pick<TrainedModel, 'labels' | 'quantities'>,
): Regression {
  const numbers = numbersByLabel(takeFloat32(outputs, 'values'), labels);
  return { values: labels.map((label) => valueOf(label, numbers.get(label)!, quantities[label])) };
}

function valueOf(label: string, output: number, spec: Partial<QuantitySpec> = {}): PredictedValue {
  const { mean = 0, std = 1, interval } = spec;
  const value = output * std + mean;
  if (!interval) return { label, value };
  const { halfWidth, coverage } = interval;
  return { label, value, interval: { lower: value - halfWidth, upper: value + halfWidth, coverage } };
}
