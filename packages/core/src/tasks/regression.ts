import type { PredictedValue, Regression, RegressionAnswer, TrainedModel } from '../contract/index.js';
import { showValue } from '../contract/text/show-value.js';
import { findLabelFault, findMissingLabel, isRecord, listOf } from './find-faults.js';
import type { AnswerContext, TaskRules } from './task-rules.js';

export const regression: TaskRules<'regression'> = {
  findModelFault: findUnitFault,
  findFault: findValueFault,
  refusesImages: true,
  toAnswer: toRegressionAnswer,
};

/** A number without a unit would be read in whichever its reader is used to. */
function findUnitFault({ labels, quantities = {} }: TrainedModel): string | undefined {
  const without = labels.filter((label) => !Object.hasOwn(quantities, label));
  if (without.length === 0) return undefined;
  return (
    `has no unit for ${without.join(', ')}. Name it in \`quantities\`, in the symbols of UCUM: ` +
    `"quantities": { ${JSON.stringify(without[0])}: { "unit": "mm" } }`
  );
}

function findValueFault(result: Partial<Regression> | undefined, labels: readonly string[]): string | undefined {
  const values = listOf(result?.values);
  if (!values) return 'it has no list of values';
  for (const [index, one] of values.entries()) {
    const at = `values[${index}]`;
    if (!isRecord(one)) return `${at} is ${showValue(one)}, which is no value`;
    const fault = findLabelFault(`${at}.label`, one.label, labels, values.slice(0, index));
    if (fault !== undefined) return fault;
    if (!Number.isFinite(one.value)) return `${at}.value is ${showValue(one.value)}, which is no finite number`;
    const intervalFault = findIntervalFault(`${at}.interval`, one);
    if (intervalFault !== undefined) return intervalFault;
  }
  return findMissingLabel('values', values, labels);
}

function findIntervalFault(at: string, { value, interval }: PredictedValue): string | undefined {
  if (interval === undefined) return undefined;
  if (!isRecord(interval)) return `${at} is ${showValue(interval)}, which is no interval`;
  const { lower, upper, coverage } = interval;
  if (![lower, upper].every(Number.isFinite)) return `${at} is not between two finite numbers`;
  if (lower > value || upper < value) {
    return `${at} is from ${lower} to ${upper}, and the value ${value} is not within`;
  }
  const isShare = typeof coverage === 'number' && coverage > 0 && coverage < 1;
  return isShare ? undefined : `${at}.coverage is ${showValue(coverage)}, which is not between 0 and 1`;
}

function toRegressionAnswer(
  { values }: Regression,
  { trained: { quantities = {} }, domains, isOwnModality }: AnswerContext,
): Promise<RegressionAnswer> {
  const domain = domains.of();
  // A coverage holds for images like those it was measured on.
  const holds = isOwnModality && domain?.inDomain !== false;
  return Promise.resolve({
    task: 'regression',
    values: values.map(({ label, value, interval }) => ({
      label,
      value,
      unit: quantities[label]!.unit,
      ...(interval &&
        holds && { interval: { lower: interval.lower, upper: interval.upper, coverage: interval.coverage } }),
    })),
    ...(domain && { domain }),
  });
}
