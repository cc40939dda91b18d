import {
  ZooError,
  type Classification,
  type Head,
  type PlausibleLabels,
  type ProbabilityMask,
  type Score,
  type Segmentation,
  type Size,
  type TaskResults,
} from '../../contract/index.js';
import { cutName, showValue } from '../../contract/text/show-value.js';
import { findNotFinite } from '../../model/find-not-finite.js';

/** Holds what a head's `decode` gave against its task, whatever TypeScript was told; throws HEAD_FAILED, which names the fault. */
export function checkResult(head: Head, result: unknown): void {
  const { id, task } = head.manifest;
  const fault = FAULT_FINDERS[task](result as never, head.trained.labels);
  if (fault === undefined) return;
  throw new ZooError('HEAD_FAILED', `The head "${id}" decoded no valid ${task}: ${fault}.`, { details: { head: id } });
}

type FindFault<R> = (result: Partial<R> | undefined, labels: readonly string[]) => string | undefined;

const FAULT_FINDERS: { readonly [T in keyof TaskResults]: FindFault<TaskResults[T]> } = {
  segmentation: findMaskFault,
  classification: findScoreFault,
};

function findMaskFault(result: Partial<Segmentation> | undefined, labels: readonly string[]): string | undefined {
  const masks = listOf(result?.masks);
  if (!masks) return 'it has no list of masks';
  for (const [index, mask] of masks.entries()) {
    const at = `masks[${index}]`;
    if (!isRecord(mask)) return `${at} is ${showValue(mask)}, which is no mask`;
    const fault = findLabelFault(`${at}.label`, mask.label, labels, masks.slice(0, index));
    if (fault !== undefined) return fault;
    for (const name of ['threshold', 'presence', 'quality'] as const) {
      if (!isProbability(mask[name])) return `${at}.${name} is ${showValue(mask[name])}, which is not from 0 to 1`;
    }
    const planeFault = findMaskPlaneFault(at, mask);
    if (planeFault !== undefined) return planeFault;
  }
  return undefined;
}

function findLabelFault(
  at: string,
  label: unknown,
  labels: readonly string[],
  before: readonly { readonly label: string }[],
): string | undefined {
  if (typeof label !== 'string' || !labels.includes(label)) {
    const name = typeof label === 'string' ? cutName(label) : showValue(label);
    return `${at} is ${name}, which is none of ${labels.join(', ')}`;
  }
  return before.some((one) => one.label === label) ? `${at} is ${label} for the second time` : undefined;
}

function findMaskPlaneFault(at: string, mask: ProbabilityMask): string | undefined {
  const { size, probabilities, logits } = mask as { [K in keyof ProbabilityMask]: ProbabilityMask[K] };
  if (!logits) return findPlaneFault(`${at}.probabilities`, size, probabilities);
  return probabilities ? `${at} has both probabilities and logits` : findLogitFault(`${at}.logits`, size, logits);
}

function findScoreFault(result: Partial<Classification> | undefined, labels: readonly string[]): string | undefined {
  const scores = listOf(result?.scores);
  if (!scores?.length) return 'it has no list of scores';
  for (const [index, score] of scores.entries()) {
    const at = `scores[${index}]`;
    if (!isRecord(score)) return `${at} is ${showValue(score)}, which is no score`;
    const fault = findLabelFault(`${at}.label`, score.label, labels, scores.slice(0, index));
    if (fault !== undefined) return fault;
    const { probability } = score;
    if (!isProbability(probability)) return `${at}.probability is ${showValue(probability)}, which is not from 0 to 1`;
  }
  return (
    findDistributionFault(scores, labels) ?? findPlausibleFault(result?.plausible, labels) ?? findHeatMapFault(result)
  );
}

/** Of a softmax in float32, summed: thousands of labels stay within it, and no answer with one label too few or too many does. */
const SUM_TOLERANCE = 1e-3;

function findDistributionFault(scores: readonly Score[], labels: readonly string[]): string | undefined {
  const missing = labels.find((label) => !scores.some((score) => score.label === label));
  if (missing !== undefined) return `scores have none for ${missing}, and one for each label was expected`;
  const sum = scores.reduce((total, { probability }) => total + probability, 0);
  if (Math.abs(sum - 1) <= SUM_TOLERANCE) return undefined;
  return `scores sum to ${Number(sum.toPrecision(6))}, and probabilities of classes that exclude one another sum to 1`;
}

function findPlausibleFault(plausible: PlausibleLabels | undefined, labels: readonly string[]): string | undefined {
  if (plausible === undefined) return undefined;
  const named = isRecord(plausible) ? listOf(plausible.labels) : undefined;
  if (!named) return 'plausible has no list of labels';
  for (const [index, label] of named.entries()) {
    const before = named.slice(0, index).map((one) => ({ label: one }));
    const fault = findLabelFault(`plausible.labels[${index}]`, label, labels, before);
    if (fault !== undefined) return fault;
  }
  const { errorRate } = plausible;
  return isProbability(errorRate)
    ? undefined
    : `plausible.errorRate is ${showValue(errorRate)}, which is not from 0 to 1`;
}

function findHeatMapFault(result: Partial<Classification> | undefined): string | undefined {
  return result?.heatMap && findPlaneFault('heatMap.values', result.heatMap.size, result.heatMap.values);
}

function findPlaneFault(name: string, size: Size | undefined, values: Float32Array | undefined): string | undefined {
  if (!isPlane(size, values)) return sayNoPlane(name, size);
  // Not `findIndex`, which takes seven times as long.
  for (let index = 0; index < values.length; index += 1) {
    if (!isProbability(values[index]!))
      return `${name} holds ${values[index]!} at index ${index}, which is not from 0 to 1`;
  }
  return undefined;
}

function findLogitFault(name: string, size: Size | undefined, values: Float32Array): string | undefined {
  if (!isPlane(size, values)) return sayNoPlane(name, size);
  const index = findNotFinite(values);
  return index === -1 ? undefined : `${name} holds ${values[index]!} at index ${index}, which is not finite`;
}

function isPlane(size: Partial<Size> | undefined, values: unknown): values is Float32Array {
  const { width = 0, height = 0 } = size ?? {};
  const isSize = Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0;
  return isSize && values instanceof Float32Array && values.length === width * height;
}

function sayNoPlane(name: string, size: Partial<Size> | undefined): string {
  return `${name} is not a Float32Array of ${showValue(size?.width)} x ${showValue(size?.height)} numbers`;
}

/** `Array.isArray` makes `any` of a readonly list. */
function listOf<T>(value: readonly T[] | undefined): readonly T[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** Whatever TypeScript was told. */
function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** False for NaN as well. */
function isProbability(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
