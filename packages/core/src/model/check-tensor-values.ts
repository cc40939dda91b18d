import { elementCount, ZooError, type Tensor, type Tensors, type TensorSpec } from '../contract/index.js';
import { describeTensors } from './describe-tensors.js';
import { findNotFinite } from './find-not-finite.js';

/**
 * Holds tensors against their declaration before or after a run: all names and no others, element types, fixed lengths;
 * a free dimension has one length wherever its name stands. `role` is 'input' or 'output', for the message of the
 * MODEL_MISMATCH thrown.
 */
export function checkTensorValues(role: 'input' | 'output', specs: readonly TensorSpec[], tensors: Tensors): void {
  const fault = findFault(specs, tensors);
  if (!fault) return;
  const came = Object.entries(tensors).map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  throw new ZooError(
    'MODEL_MISMATCH',
    `${fault}. The model's ${role}s are ${describeTensors(specs)}; got ${describeTensors(came)}.`,
    { details: { role, expected: describeTensors(specs), got: describeTensors(came) } },
  );
}

/** Throws INFERENCE_FAILED, which names the first float32 tensor that holds NaN or an infinity. */
export function checkFinite(tensors: Tensors): void {
  for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
    const index = dtype === 'float32' ? findNotFinite(data) : -1;
    if (index === -1) continue;
    throw new ZooError(
      'INFERENCE_FAILED',
      `The model's output "${name}", float32 [${shape.join(', ')}], holds ${data[index]!} at index ${index}; ` +
        'finite numbers were expected. Check the model on this execution provider, and the image for what the ' +
        'model was not trained on.',
      { details: { output: name, index, value: String(data[index]) } },
    );
  }
}

function findFault(specs: readonly TensorSpec[], tensors: Tensors): string | undefined {
  const names = specs.map(({ name }) => name);
  const unknown = Object.keys(tensors).find((name) => !names.includes(name));
  if (unknown !== undefined) return `There is no tensor "${unknown}"`;
  const free = new Map<string, number>();
  for (const spec of specs) {
    const tensor = Object.hasOwn(tensors, spec.name) ? tensors[spec.name] : undefined;
    if (!tensor) return `The tensor "${spec.name}" is missing`;
    if (!fits(spec, tensor, free)) return `The tensor "${spec.name}" does not fit`;
  }
  return undefined;
}

/** Binds the free dimensions of `spec` to the lengths in `tensor`, so that the next tensor is held to them. */
function fits(spec: TensorSpec, { dtype, shape, data }: Tensor, free: Map<string, number>): boolean {
  if (dtype !== spec.dtype || shape.length !== spec.shape.length || data.length !== elementCount(shape)) return false;
  return spec.shape.every((length, axis) => {
    if (typeof length === 'number') return shape[axis] === length;
    const bound = free.get(length) ?? shape[axis]!;
    free.set(length, bound);
    return shape[axis] === bound;
  });
}
