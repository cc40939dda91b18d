import { readFields } from '../onnx/graph/protobuf-fields.js';

/** Field numbers of onnx.proto, which never change. */
const MODEL = { graph: 7 } as const;
const GRAPH = { node: 1, initializer: 5 } as const;
const NODE = { attribute: 5 } as const;
const ATTRIBUTE = { graph: 6 } as const;
const TENSOR = { external: 13 } as const;
const ENTRY = { key: 1, value: 2 } as const;

/** Deeper than any exporter nests loops and branches. */
const MOST_LEVELS = 16;

/**
 * ONNX Runtime allocates what it packs at multiples of this, and its kernels read it by instructions that need that, at
 * the worst 64 bytes at a time (AVX-512). But it writes the pieces one behind another, wherever the last one ends, and
 * maps them as they lie there: at another place, the first run ends the process.
 */
const ALIGNED_TO = 64;

/** What a graph has in its file of weights. */
export interface ExternalData {
  /** What a session uses: of weights that are there as they were and packed, those that are packed. */
  readonly usedBytes: number;
  /** The size that the file has at least if it is whole. */
  readonly endsAt: number;
  /** Whether every piece that a kernel has packed lies where kernels can read it. */
  readonly isAligned: boolean;
}

/**
 * What ONNX Runtime wrote of each weight: where it is, and as `prepacked_1` and so on, what a kernel has made of it
 * (`key|offset;length;checksum`, once for each piece).
 */
export function readExternalData(model: Uint8Array): ExternalData {
  const found = { usedBytes: 0, endsAt: 0, isAligned: true };
  for (const { number, bytes } of readFields(model)) if (number === MODEL.graph) addGraph(found, bytes, MOST_LEVELS);
  return found;
}

interface Sum {
  usedBytes: number;
  endsAt: number;
  isAligned: boolean;
}

function addGraph(sum: Sum, graph: Uint8Array, levels: number): void {
  if (levels === 0) return;
  for (const { number, bytes } of readFields(graph)) {
    if (number === GRAPH.initializer) addTensor(sum, bytes);
    else if (number === GRAPH.node) {
      for (const attribute of readFields(bytes)) {
        if (attribute.number !== NODE.attribute) continue;
        for (const field of readFields(attribute.bytes)) {
          if (field.number === ATTRIBUTE.graph) addGraph(sum, field.bytes, levels - 1);
        }
      }
    }
  }
}

function addTensor(sum: Sum, tensor: Uint8Array): void {
  let packedBytes = 0;
  const plain = { offset: 0, length: 0 };
  for (const { number, bytes } of readFields(tensor)) {
    if (number !== TENSOR.external) continue;
    const { key, value } = readEntry(bytes);
    if (key === 'offset' || key === 'length') plain[key] = Number(value);
    else if (key.startsWith('prepacked')) {
      for (const piece of value.split('|').slice(1)) {
        const [offset = 0, length = 0] = piece.split(';').map(Number);
        packedBytes += length;
        sum.endsAt = Math.max(sum.endsAt, offset + length);
        if (length > 0 && offset % ALIGNED_TO !== 0) sum.isAligned = false;
      }
    }
  }
  sum.usedBytes += packedBytes > 0 ? packedBytes : plain.length;
  sum.endsAt = Math.max(sum.endsAt, plain.offset + plain.length);
}

function readEntry(entry: Uint8Array): { readonly key: string; readonly value: string } {
  const found = { key: '', value: '' };
  for (const { number, bytes } of readFields(entry)) {
    if (number === ENTRY.key) found.key = textOf(bytes);
    else if (number === ENTRY.value) found.value = textOf(bytes);
  }
  return found;
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
