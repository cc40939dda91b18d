/** A tensor as a model has it: its element type may be one that medzoo does not carry, such as float16. */
export interface FoundTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly (number | string)[];
}

/** The tensors that a model file really takes and gives. */
export interface FoundTensors {
  readonly inputs: readonly FoundTensor[];
  readonly outputs: readonly FoundTensor[];
}

/** `image float32 [batch, 3, 256, 256]`, for messages. */
export function describeTensor({ name, dtype, shape }: FoundTensor): string {
  return `${name} ${dtype} [${shape.join(', ')}]`;
}

/** Tensors in a row, for messages. */
export function describeTensors(tensors: readonly FoundTensor[]): string {
  return tensors.map(describeTensor).join('; ') || 'none';
}
