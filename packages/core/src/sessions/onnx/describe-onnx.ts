import type { FoundTensor } from '../../model/describe-tensors.js';
import { findNanWeight } from './find-nan-weight.js';
import { readFields } from './protobuf-fields.js';

/** Field numbers of onnx.proto, which never change. */
const MODEL = { irVersion: 1, graph: 7, opset: 8 } as const;
const OPSET = { domain: 1, version: 2 } as const;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 } as const;
const NODE = { output: 2, operator: 4 } as const;
const INITIALIZER = { name: 8 } as const;
const VALUE = { name: 1, type: 2 } as const;
const TYPE = { tensor: 1 } as const;
const TENSOR = { element: 1, shape: 2 } as const;
const SHAPE = { dimension: 1 } as const;
const DIMENSION = { length: 1, name: 2 } as const;

/** By number in onnx.proto. */
const ELEMENTS: Readonly<Record<number, string>> = {
  ...{ 1: 'float32', 2: 'uint8', 3: 'int8', 4: 'uint16', 5: 'int16', 6: 'int32', 7: 'int64', 8: 'string', 9: 'bool' },
  ...{ 10: 'float16', 11: 'float64', 12: 'uint32', 13: 'uint64', 16: 'bfloat16' },
};

/** What an ONNX file says of itself. */
export interface OnnxDescription {
  readonly irVersion: number;
  /** Version by domain of operators; ONNX's own domain is ''. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly inputs: readonly FoundTensor[];
  readonly outputs: readonly FoundTensor[];
  /** By output of the graph, the operator that makes it, such as Softmax. */
  readonly madeBy: Readonly<Record<string, string>>;
  /** The name of the first weight that holds NaN. */
  readonly nanWeight?: string;
}

/**
 * Reads the head of an ONNX file without a runtime, and so of one that no runtime opens. `undefined` for bytes that
 * hold no ONNX graph. Weights in external data are not looked at.
 */
export function describeOnnx(bytes: Uint8Array): OnnxDescription | undefined {
  const opsets: Record<string, number> = {};
  let irVersion = 0;
  let graph: Uint8Array | undefined;
  for (const { number, value, bytes: inner } of readFields(bytes)) {
    if (number === MODEL.irVersion) irVersion = value;
    else if (number === MODEL.graph) graph = inner;
    else if (number === MODEL.opset) {
      const [domain, version] = readOpset(inner);
      opsets[domain] = version;
    }
  }
  if (graph === undefined || irVersion === 0) return undefined;
  const nanWeight = findNanWeight(bytes);
  return { irVersion, opsets, ...describeGraph(graph), ...(nanWeight !== undefined && { nanWeight }) };
}

function readOpset(entry: Uint8Array): [domain: string, version: number] {
  let [domain, version] = ['', 0];
  for (const { number, value, bytes } of readFields(entry)) {
    if (number === OPSET.domain) domain = textOf(bytes);
    else if (number === OPSET.version) version = value;
  }
  return [domain === 'ai.onnx' ? '' : domain, version];
}

function describeGraph(graph: Uint8Array): Pick<OnnxDescription, 'inputs' | 'outputs' | 'madeBy'> {
  const inputs: FoundTensor[] = [];
  const outputs: FoundTensor[] = [];
  const weights = new Set<string>();
  const makers = new Map<string, string>();
  for (const { number, bytes } of readFields(graph)) {
    if (number === GRAPH.input) inputs.push(readValue(bytes));
    else if (number === GRAPH.output) outputs.push(readValue(bytes));
    else if (number === GRAPH.initializer) weights.add(readText(bytes, INITIALIZER.name));
    else if (number === GRAPH.node) {
      for (const field of readFields(bytes)) {
        if (field.number === NODE.output) makers.set(textOf(field.bytes), readText(bytes, NODE.operator));
      }
    }
  }
  // Old files list their weights among the inputs.
  const taken = inputs.filter(({ name }) => !weights.has(name));
  const madeBy = Object.fromEntries(outputs.map(({ name }) => [name, makers.get(name) ?? '']));
  return { inputs: taken, outputs, madeBy };
}

function readValue(entry: Uint8Array): FoundTensor {
  let dtype = 'not a tensor';
  const shape: (number | string)[] = [];
  for (const type of innerOf(entry, VALUE.type)) {
    for (const tensor of innerOf(type, TYPE.tensor)) {
      for (const { number, value, bytes } of readFields(tensor)) {
        if (number === TENSOR.element) dtype = ELEMENTS[value] ?? `type ${value}`;
        else if (number === TENSOR.shape) shape.push(...[...innerOf(bytes, SHAPE.dimension)].map(readDimension));
      }
    }
  }
  return { name: readText(entry, VALUE.name), dtype, shape };
}

/** A length, or the name of a free dimension; '?' for one without either. */
function readDimension(entry: Uint8Array): number | string {
  for (const { number, value, bytes } of readFields(entry)) {
    if (number === DIMENSION.length) return value;
    if (number === DIMENSION.name) return textOf(bytes);
  }
  return '?';
}

function* innerOf(message: Uint8Array, wanted: number): Generator<Uint8Array> {
  for (const { number, bytes } of readFields(message)) if (number === wanted) yield bytes;
}

function readText(message: Uint8Array, wanted: number): string {
  for (const bytes of innerOf(message, wanted)) return textOf(bytes);
  return '';
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 256));
}
