import type { TensorType } from '@medzoo/core/contract';
import type { FoundTensor } from '@medzoo/core/backend';

/** The protocol's names of the element types that medzoo carries. */
export const DATATYPES = { float32: 'FP32', uint8: 'UINT8', int64: 'INT64' } as const satisfies Record<
  TensorType,
  string
>;

/** Undefined for a datatype that medzoo does not carry. */
export function toDtype(datatype: string): TensorType | undefined {
  return (Object.keys(DATATYPES) as TensorType[]).find((dtype) => DATATYPES[dtype] === datatype);
}

/** A tensor of a model's metadata, as the protocol has it; a free dimension is -1, or a name. */
export interface MetadataTensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly (number | string)[];
}

/** For comparison: an element type that is not carried keeps its name. */
export function toFoundTensor({ name, datatype, shape }: MetadataTensor): FoundTensor {
  return {
    name,
    dtype: toDtype(datatype) ?? datatype.toLowerCase(),
    shape: shape.map((length) => (Number(length) >= 0 ? Number(length) : 'free')),
  };
}
