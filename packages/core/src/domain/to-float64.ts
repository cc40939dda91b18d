import { readBase64Floats } from '../contract/model/schema/base64-floats.js';

/** Numbers of a model file, which was checked: stored as float32, computed with as float64. */
export function toFloat64(text: string): Float64Array {
  return Float64Array.from(readBase64Floats(text) ?? []);
}
