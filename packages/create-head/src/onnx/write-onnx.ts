import { bytesField, numberField } from './protobuf.js';

/** Field numbers of onnx.proto, which never change. */
const MODEL = { irVersion: 1, producer: 2, graph: 7, opset: 8 } as const;
const OPSET = { domain: 1, version: 2 } as const;
const GRAPH = { node: 1, name: 2, initializer: 5, input: 11, output: 12 } as const;
const NODE = { input: 1, output: 2, operator: 4, attribute: 5 } as const;
const ATTRIBUTE = { name: 1, integer: 3, integers: 8, type: 20 } as const;
const ATTRIBUTE_TYPES = { integer: 2, integers: 7 } as const;
const TENSOR = { length: 1, element: 2, name: 8, raw: 9 } as const;
const VALUE = { name: 1, type: 2 } as const;

/** By number in onnx.proto. */
const ELEMENTS = { float32: 1, int64: 7, float16: 10 } as const;

export interface OnnxTensor {
  readonly name: string;
  readonly dtype: 'float32' | 'float16';
  /** A string is a free dimension. */
  readonly shape: readonly (number | string)[];
}

export interface OnnxWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | BigInt64Array;
}

export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, number | readonly number[]>>;
}

export interface OnnxGraph {
  readonly opset?: number;
  readonly irVersion?: number;
  readonly inputs: readonly OnnxTensor[];
  readonly outputs: readonly OnnxTensor[];
  readonly weights: readonly OnnxWeight[];
  readonly nodes: readonly OnnxNode[];
}

/**
 * An ONNX file of a few nodes: enough for a model that stands in for a trained one. Opset 17 and IR version 9 by
 * default.
 */
export function writeOnnx({ opset = 17, irVersion = 9, inputs, outputs, weights, nodes }: OnnxGraph): Uint8Array {
  const graph = [
    ...nodes.map((node) => bytesField(GRAPH.node, writeNode(node))),
    bytesField(GRAPH.name, 'head'),
    ...weights.map((weight) => bytesField(GRAPH.initializer, writeWeight(weight))),
    ...inputs.map((tensor) => bytesField(GRAPH.input, writeValue(tensor))),
    ...outputs.map((tensor) => bytesField(GRAPH.output, writeValue(tensor))),
  ];
  return Buffer.concat([
    numberField(MODEL.irVersion, irVersion),
    bytesField(MODEL.producer, '@medzoo/create-head'),
    bytesField(MODEL.graph, graph),
    bytesField(MODEL.opset, [bytesField(OPSET.domain, ''), numberField(OPSET.version, opset)]),
  ]);
}

function writeNode({ operator, inputs, outputs, attributes = {} }: OnnxNode): Uint8Array[] {
  return [
    ...inputs.map((name) => bytesField(NODE.input, name)),
    ...outputs.map((name) => bytesField(NODE.output, name)),
    bytesField(NODE.operator, operator),
    ...Object.entries(attributes).map(([name, value]) =>
      bytesField(NODE.attribute, [bytesField(ATTRIBUTE.name, name), ...writeAttribute(value)]),
    ),
  ];
}

function writeAttribute(value: number | readonly number[]): Uint8Array[] {
  if (typeof value === 'number') {
    return [numberField(ATTRIBUTE.integer, value), numberField(ATTRIBUTE.type, ATTRIBUTE_TYPES.integer)];
  }
  return [
    ...value.map((one) => numberField(ATTRIBUTE.integers, one)),
    numberField(ATTRIBUTE.type, ATTRIBUTE_TYPES.integers),
  ];
}

function writeWeight({ name, shape, values }: OnnxWeight): Uint8Array[] {
  const element = values instanceof Float32Array ? ELEMENTS.float32 : ELEMENTS.int64;
  return [
    ...shape.map((length) => numberField(TENSOR.length, length)),
    numberField(TENSOR.element, element),
    bytesField(TENSOR.name, name),
    bytesField(TENSOR.raw, new Uint8Array(values.buffer, values.byteOffset, values.byteLength)),
  ];
}

function writeValue({ name, dtype, shape }: OnnxTensor): Uint8Array[] {
  const dimensions = shape.map((length) =>
    bytesField(1, [typeof length === 'number' ? numberField(1, length) : bytesField(2, length)]),
  );
  const tensor = [numberField(1, ELEMENTS[dtype]), bytesField(2, dimensions)];
  return [bytesField(VALUE.name, name), bytesField(VALUE.type, [bytesField(1, tensor)])];
}
