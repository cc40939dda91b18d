import type { ModelSpec, TensorSpec } from '@medzoo/core/contract';
import { DATATYPES } from './datatypes.js';
import { remoteModelName } from './remote-model-name.js';

export interface TritonConfigOptions {
  /** `remoteModelName` if left out. */
  readonly name?: string;
  /** Which of Triton's backends runs the file; 'onnxruntime' if left out. */
  readonly backend?: string;
}

/**
 * A model's config.pbtxt for Triton, with the digests that the remote backend asks for: the file that goes beside the
 * folder `1` in which the model's file lies as model.onnx. Triton does not batch it: what a zoo sends is one image, or
 * as many as its `batching` lets it join.
 */
export function tritonConfig(spec: ModelSpec, options: TritonConfigOptions = {}): string {
  const { name = remoteModelName(spec), backend = 'onnxruntime' } = options;
  const parameters = {
    sha256: spec.sha256,
    bytes: String(spec.bytes),
    ...(spec.data && { data_sha256: spec.data.sha256 }),
  };
  return [
    `name: ${quote(name)}`,
    `backend: ${quote(backend)}`,
    'max_batch_size: 0',
    ...spec.inputs.map((tensor) => describe('input', tensor)),
    ...spec.outputs.map((tensor) => describe('output', tensor)),
    ...Object.entries(parameters).map(
      ([key, value]) => `parameters { key: ${quote(key)} value { string_value: ${quote(value)} } }`,
    ),
    '',
  ].join('\n');
}

function describe(side: 'input' | 'output', { name, dtype, shape }: TensorSpec): string {
  const lengths = shape.map((length) => (typeof length === 'string' ? -1 : length));
  return `${side} { name: ${quote(name)} data_type: TYPE_${DATATYPES[dtype]} dims: [ ${lengths.join(', ')} ] }`;
}

/** Protobuf's text format reads JSON's escapes. */
function quote(text: string): string {
  return JSON.stringify(text);
}
