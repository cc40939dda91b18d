import { readFields } from './protobuf-fields.js';

/** Field numbers of onnx.proto, which never change. */
const MODEL = { graph: 7 } as const;
const GRAPH = { node: 1, initializer: 5 } as const;
const NODE = { attribute: 5 } as const;
const ATTRIBUTE = { tensor: 5, graph: 6 } as const;
const TENSOR = { type: 2, floats: 4, name: 8, raw: 9, external: 13 } as const;
const ENTRY = { key: 1, value: 2 } as const;
const FLOAT = 1;
const FLOAT16 = 10;

/** Deeper than any exporter nests loops and branches. */
const MOST_LEVELS = 16;
/** Copied at a time, since weights lie at any byte and are read by fours. */
const CHUNK = 2 ** 20;

/**
 * The name of the first weight of an ONNX file, float32 or float16, that holds NaN; undefined if none does. Infinite
 * ones pass: an attention mask may be -Infinity on purpose. `external` is the file of external data. A NaN need not
 * show in the outputs, since a ReLU or a maximum may turn it into a number: the model then answers, and wrongly. Takes
 * about a millisecond for each million weights.
 */
export function findNanWeight(model: Uint8Array, external: Uint8Array = new Uint8Array()): string | undefined {
  for (const { number, bytes } of readFields(model)) {
    const found = number === MODEL.graph ? findInGraph(bytes, external, MOST_LEVELS) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

function findInGraph(graph: Uint8Array, external: Uint8Array, levels: number): string | undefined {
  if (levels === 0) return undefined;
  for (const { number, bytes } of readFields(graph)) {
    let found: string | undefined;
    if (number === GRAPH.initializer) found = findInTensor(bytes, external);
    else if (number === GRAPH.node) found = findInNode(bytes, external, levels);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Constants, and the graphs of loops and branches. */
function findInNode(node: Uint8Array, external: Uint8Array, levels: number): string | undefined {
  for (const { number, bytes: attribute } of readFields(node)) {
    if (number !== NODE.attribute) continue;
    for (const { number: kind, bytes } of readFields(attribute)) {
      let found: string | undefined;
      if (kind === ATTRIBUTE.tensor) found = findInTensor(bytes, external);
      else if (kind === ATTRIBUTE.graph) found = findInGraph(bytes, external, levels - 1);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function findInTensor(tensor: Uint8Array, external: Uint8Array): string | undefined {
  let type = 0;
  let name = '';
  const parts: Uint8Array[] = [];
  const place = new Map<string, number>();
  for (const { number, value, bytes } of readFields(tensor)) {
    if (number === TENSOR.type) type = value;
    else if (number === TENSOR.name) name = textOf(bytes);
    else if (number === TENSOR.floats || number === TENSOR.raw) parts.push(bytes);
    else if (number === TENSOR.external) readEntry(bytes, place);
  }
  const { offset = 0, length = external.length } = Object.fromEntries(place);
  if (place.size > 0) parts.push(external.subarray(offset, offset + length));
  return parts.some((bytes) => holdsNan(bytes, type)) ? name || 'a constant' : undefined;
}

function readEntry(entry: Uint8Array, place: Map<string, number>): void {
  let key = '';
  for (const { number, bytes } of readFields(entry)) {
    if (number === ENTRY.key) key = textOf(bytes);
    else if (number === ENTRY.value) place.set(key, Number(textOf(bytes)));
  }
}

function holdsNan(bytes: Uint8Array, type: number): boolean {
  if (type !== FLOAT && type !== FLOAT16) return false;
  for (let start = 0; start < bytes.length; start += CHUNK) {
    const { buffer } = new Uint8Array(bytes.subarray(start, start + CHUNK)); // a copy, and so aligned
    if (type === FLOAT ? hasNan(buffer) : hasHalfNan(buffer)) return true;
  }
  return false;
}

function hasNan(buffer: ArrayBuffer): boolean {
  const values = new Float32Array(buffer, 0, Math.floor(buffer.byteLength / 4));
  const { length } = values; // by index: three times as fast as by iterator
  for (let index = 0; index < length; index += 1) if (Number.isNaN(values[index])) return true;
  return false;
}

/** A half is NaN above the largest exponent with no fraction. */
function hasHalfNan(buffer: ArrayBuffer): boolean {
  const halves = new Uint16Array(buffer, 0, Math.floor(buffer.byteLength / 2));
  const { length } = halves;
  for (let index = 0; index < length; index += 1) if ((halves[index]! & 0x7fff) > 0x7c00) return true;
  return false;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes.subarray(0, 256));
}
