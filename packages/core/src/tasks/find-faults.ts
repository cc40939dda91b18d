import type { Size } from '../contract/index.js';
import { cutName, showValue } from '../contract/text/show-value.js';
import { findNotFinite } from '../model/find-not-finite.js';

/** Undefined for one of the model's labels that none of `before` has. */
export function findLabelFault(
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

/** Undefined where each of the labels is among `found`. */
export function findMissingLabel(
  at: string,
  found: readonly { readonly label: string }[],
  labels: readonly string[],
): string | undefined {
  const missing = labels.find((label) => !found.some((one) => one.label === label));
  return missing === undefined ? undefined : `${at} have none for ${missing}, and one for each label was expected`;
}

/** Undefined for a plane of probabilities of this size. */
export function findPlaneFault(
  name: string,
  size: Size | undefined,
  values: Float32Array | undefined,
): string | undefined {
  if (!isPlane(size, values)) return sayNoPlane(name, size);
  // Not `findIndex`, which takes seven times as long.
  for (let index = 0; index < values.length; index += 1) {
    if (!isProbability(values[index]!))
      return `${name} holds ${values[index]!} at index ${index}, which is not from 0 to 1`;
  }
  return undefined;
}

/** Undefined for a plane of finite numbers of this size. */
export function findLogitFault(name: string, size: Size | undefined, values: Float32Array): string | undefined {
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
export function listOf<T>(value: readonly T[] | undefined): readonly T[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** Whatever TypeScript was told. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** False for NaN as well. */
export function isProbability(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
