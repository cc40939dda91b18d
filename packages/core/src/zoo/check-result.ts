import {
  ZooError,
  type Classification,
  type Head,
  type ProbabilityMask,
  type Segmentation,
  type Size,
  type TaskResults,
} from '../contract/index.js';
import { findNotFinite } from '../model/find-not-finite.js';

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
    if (!labels.includes(mask.label)) return `${at}.label is ${mask.label}, which is none of ${labels.join(', ')}`;
    for (const name of ['threshold', 'presence', 'quality'] as const) {
      if (!isProbability(mask[name])) return `${at}.${name} is ${mask[name]}, which is not from 0 to 1`;
    }
    const fault = findMaskPlaneFault(at, mask);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function findMaskPlaneFault(at: string, mask: ProbabilityMask): string | undefined {
  const { size, probabilities, logits } = mask as { [K in keyof ProbabilityMask]: ProbabilityMask[K] };
  if (!logits) return findPlaneFault(`${at}.probabilities`, size, probabilities);
  return probabilities ? `${at} has both probabilities and logits` : findLogitFault(`${at}.logits`, size, logits);
}

function findScoreFault(result: Partial<Classification> | undefined, labels: readonly string[]): string | undefined {
  const scores = listOf(result?.scores);
  if (!scores?.length) return 'it has no list of scores';
  for (const [index, { label, probability }] of scores.entries()) {
    if (!labels.includes(label)) return `scores[${index}].label is ${label}, which is none of ${labels.join(', ')}`;
    if (!isProbability(probability)) return `scores[${index}].probability is ${probability}, which is not from 0 to 1`;
  }
  const stranger = result?.plausible?.labels.find((label) => !labels.includes(label));
  if (stranger !== undefined) return `plausible.labels has ${stranger}, which is none of ${labels.join(', ')}`;
  return result?.heatMap && findPlaneFault('heatMap.values', result.heatMap.size, result.heatMap.values);
}

function findPlaneFault(name: string, size: Size, values: Float32Array | undefined): string | undefined {
  if (!isPlane(size, values)) return sayNoPlane(name, size);
  // Not `findIndex`, which takes seven times as long.
  for (let index = 0; index < values.length; index += 1) {
    if (!isProbability(values[index]!))
      return `${name} holds ${values[index]!} at index ${index}, which is not from 0 to 1`;
  }
  return undefined;
}

function findLogitFault(name: string, size: Size, values: Float32Array): string | undefined {
  if (!isPlane(size, values)) return sayNoPlane(name, size);
  const index = findNotFinite(values);
  return index === -1 ? undefined : `${name} holds ${values[index]!} at index ${index}, which is not finite`;
}

function isPlane({ width, height }: Size, values: unknown): values is Float32Array {
  return values instanceof Float32Array && values.length === width * height;
}

function sayNoPlane(name: string, { width, height }: Size): string {
  return `${name} is not a Float32Array of ${width} x ${height} numbers`;
}

/** `Array.isArray` makes `any` of a readonly list. */
function listOf<T>(value: readonly T[] | undefined): readonly T[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** False for NaN as well. */
function isProbability(value: number): boolean {
  return value >= 0 && value <= 1;
}
