import { readModelFile } from '../model/read-model-file.js';
import type { ModelSpec } from '../contract/index.js';

/**
 * The kilobyte models that a backend proves itself with; `make.py` beside them says what they compute. One that does
 * not read ONNX may bring its own of the same tensors.
 */
export interface TestModels {
  /** `floats` + `bytes` = `sum`; `bytes` and `longs` come out as `same_bytes` and `same_longs`; all of shape [n]. */
  readonly types: ModelSpec;
  /** `embedding` float32 [batch, 4, 2, 2] to `logits` float32 [batch, 3] that are NaN. */
  readonly nan: ModelSpec;
}

/** This package's own, in ONNX. */
export const TEST_MODELS: TestModels = { types: specOf('types'), nan: specOf('nan') };

function specOf(name: string): ModelSpec {
  return readModelFile(new URL(`../../test-models/${name}.json`, import.meta.url)).model;
}
