import type { FoundTensor } from '../../../model/describe-tensors.js';
import { findNanWeight } from './find-nan-weight.js';
import { readFields } from './protobuf-fields.js';

/** Field numbers of onnx.proto, which never change. */
const MODEL = { irVersion: 1, graph: 7, opset: 8 } as const;
const OPSET = { domain: 1, version: 2 } as const;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12 } as const;
const NODE = { input: 1, output: 2, operator: 4 } as const;
const INITIALIZER = { name: 8, external: 13 } as const;
const ENTRY = { key: 1, value: 2 } as const;
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
  /** By output of the graph, the operator that makes it, such as Softmax; those that only move numbers are skipped. */
  readonly madeBy: Readonly<Record<string, string>>;
  /** The file beside it that holds weights of over 2 GB, as the graph names it: ONNX external data. */
  readonly externalData?: string;
  /** The name of the first weight that holds NaN. */
  readonly nanWeight?: string;
}

/**
 * Reads the head of an ONNX file without a runtime, and so of one that no runtime opens. `undefined` for bytes that
 * hold no ONNX graph. Weights in external data are not looked at.
 */
export function describeOnnx(bytes: Uint8Array): OnnxDescription | undefined {
  const described = describeGraph(bytes);
  const nanWeight = described && findNanWeight(bytes);
  return nanWeight === undefined ? described : { ...described!, nanWeight };
}

/** As `describeOnnx`, but for the numbers in the weights: takes no time of note, however large the file is. */
export function describeGraph(bytes: Uint8Array): OnnxDescription | undefined {
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
  return { irVersion, opsets, ...readGraph(graph) };
}

function readOpset(entry: Uint8Array): [domain: string, version: number] {
  let [domain, version] = ['', 0];
  for (const { number, value, bytes } of readFields(entry)) {
    if (number === OPSET.domain) domain = textOf(bytes);
    else if (number === OPSET.version) version = value;
  }
  return [domain === 'ai.onnx' ? '' : domain, version];
}

/** What made a value of the graph, and of which other value. */
interface Maker {
  readonly operator: string;
  readonly from: string;
}

/** Operators that give the numbers that they get, in another shape, order or type. */
const MOVE_ONLY: readonly string[] = ['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Cast'];

function readGraph(graph: Uint8Array): Pick<OnnxDescription, 'inputs' | 'outputs' | 'madeBy' | 'externalData'> {
  const inputs: FoundTensor[] = [];
  const outputs: FoundTensor[] = [];
  const weights = new Set<string>();
  const makers = new Map<string, Maker>();
  let externalData: string | undefined;
  for (const { number, bytes } of readFields(graph)) {
    if (number === GRAPH.input) inputs.push(readValue(bytes));
    else if (number === GRAPH.output) outputs.push(readValue(bytes));
    else if (number === GRAPH.initializer) {
      weights.add(readText(bytes, INITIALIZER.name));
      externalData ??= readLocation(bytes);
    } else if (number === GRAPH.node) {
      const maker = { operator: readText(bytes, NODE.operator), from: readText(bytes, NODE.input) };
      for (const output of innerOf(bytes, NODE.output)) makers.set(textOf(output), maker);
    }
  }
  // Old files list their weights among the inputs.
  const taken = inputs.filter(({ name }) => !weights.has(name));
  const madeBy = Object.fromEntries(outputs.map(({ name }) => [name, findOperator(name, makers)]));
  return { inputs: taken, outputs, madeBy, ...(externalData !== undefined && { externalData }) };
}

/** A graph has no circles; one that is broken may, so the way back ends after as many steps as there are values. */
function findOperator(output: string, makers: ReadonlyMap<string, Maker>): string {
  let maker = makers.get(output);
  for (let step = 0; step < makers.size && maker && MOVE_ONLY.includes(maker.operator); step += 1) {
    maker = makers.get(maker.from) ?? maker;
  }
  return maker?.operator ?? '';
}

/** The file that a weight lies in; undefined for one in the graph itself. */
function readLocation(tensor: Uint8Array): string | undefined {
  for (const entry of innerOf(tensor, INITIALIZER.external)) {
    if (readText(entry, ENTRY.key) === 'location') return readText(entry, ENTRY.value);
  }
  return undefined;
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
