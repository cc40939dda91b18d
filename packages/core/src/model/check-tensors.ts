import { ZooError, type ModelSpec } from '../contract/index.js';
import { describeTensor, describeTensors, type FoundTensor, type FoundTensors } from './describe-tensors.js';
import { isOfImages } from './head/find-batch-fault.js';

/**
 * Holds a model's own inputs and outputs against those its model.json declares: same names in any order, same element
 * types, same shapes, where a free dimension may have another name. Throws MODEL_MISMATCH, which lists both sides.
 */
export function checkTensors(declared: Pick<ModelSpec, 'inputs' | 'outputs'>, found: FoundTensors): void {
  const sides = (['inputs', 'outputs'] as const).filter((side) => !areSame(declared[side], found[side]));
  if (sides.length === 0) return;
  const lines = sides.map(
    (side) => `its ${side} are declared as ${describeTensors(declared[side])}, found ${describeTensors(found[side])}`,
  );
  throw new ZooError(
    'MODEL_MISMATCH',
    `The model is not what its model file declares: ${lines.join(', and ')}. ${adviseOn(declared, found)}`,
    { details: { declared: listTensors(declared), found: listTensors(found) } },
  );
}

/** What is usually behind it; each is mended where the model is exported. */
function adviseOn(declared: FoundTensors, found: FoundTensors): string {
  const mine = [...declared.inputs, ...declared.outputs];
  const theirs = [...found.inputs, ...found.outputs];
  if (theirs.some(({ dtype }) => dtype === 'float16')) {
    return (
      'Let it take and give float32, with a Cast in the graph; its weights may stay in float16. Export both ' +
      'together again.'
    );
  }
  const fixed = mine.find(({ name, shape }) => {
    const length = theirs.find((one) => one.name === name)?.shape[0];
    return typeof shape[0] === 'string' && typeof length === 'number';
  });
  if (fixed) {
    // A zoo refuses a head whose images have a fixed first dimension, so to declare that would help nobody.
    const orDeclare = isOfImages(fixed, declared) ? '' : ', or declare the length that it has';
    return (
      `Export it with a free first dimension "${String(fixed.shape[0])}" (dynamic_axes or dynamic_shapes of ` +
      `torch.onnx.export)${orDeclare}.`
    );
  }
  const strangers = theirs.filter(({ name }) => mine.every((one) => one.name !== name));
  if (strangers.length === 0) return 'Export both together again.';
  return (
    'Name its tensors as the model file does (input_names and output_names of torch.onnx.export), or declare ' +
    `${strangers.map(({ name }) => name).join(', ')}.`
  );
}

function areSame(declared: readonly FoundTensor[], found: readonly FoundTensor[]): boolean {
  if (declared.length !== found.length) return false;
  return declared.every((one) => found.some((other) => isSame(one, other)));
}

function isSame(a: FoundTensor, b: FoundTensor): boolean {
  if (a.name !== b.name || a.dtype !== b.dtype || a.shape.length !== b.shape.length) return false;
  return a.shape.every((length, axis) => length === b.shape[axis] || isFree(length, b.shape[axis]));
}

function isFree(a: number | string, b: number | string | undefined): boolean {
  return typeof a === 'string' && typeof b === 'string';
}

function listTensors({ inputs, outputs }: FoundTensors): { inputs: string[]; outputs: string[] } {
  return { inputs: inputs.map(describeTensor), outputs: outputs.map(describeTensor) };
}
