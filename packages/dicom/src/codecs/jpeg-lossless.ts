import { cutOff, invalidImage, unsupported } from '../refuse.js';
import { BitReader, buildHuffmanTable, type HuffmanTable } from './bit-reader.js';
import type { JpegHeader } from './jpeg-header.js';

const DHT = 0xc4;
const DRI = 0xdd;
const SOS = 0xda;
const EOI = 0xd9;

interface Scan {
  /** Index of each component of the scan within a pixel, and its table. */
  readonly parts: readonly { readonly sample: number; readonly table: HuffmanTable }[];
  readonly predictor: number;
  readonly pointTransform: number;
  readonly restartInterval: number;
}

/**
 * JPEG lossless with Huffman codes (ISO/IEC 10918-1, annex H): all predictors, point transform, restarts, components
 * together or in scans of their own. It is ours because the decoders to be had fill what was cut off with zeros and say
 * nothing, and one of them mixes up colour after a restart. Answers with uint16 [height, width, components].
 */
export function decodeLosslessJpeg(bytes: Uint8Array, header: JpegHeader): Uint16Array {
  const { width, height, components, frameComponents } = header;
  if (frameComponents.some(({ horizontal, vertical }) => horizontal !== 1 || vertical !== 1)) {
    throw unsupported('Lossless JPEG with subsampled components is not read. Convert the file.');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Uint16Array(width * height * components);
  const tables = new Map<number, HuffmanTable>();
  let restartInterval = 0;
  let missing = components;
  for (let at = 2; at + 4 <= bytes.length && missing > 0;) {
    const marker = bytes[at] === 0xff ? bytes[at + 1]! : 0;
    if (marker === EOI) break;
    // Between segments: fill bytes, what is left behind a scan, and markers that stand alone.
    if (marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 1;
      continue;
    }
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length) break;
    const segment = bytes.subarray(at + 4, end);
    at = end;
    if (marker === DHT) readTables(segment, tables);
    if (marker === DRI) restartInterval = new DataView(segment.buffer, segment.byteOffset).getUint16(0);
    if (marker === SOS) {
      const scan = readScan(segment, header, tables, restartInterval);
      at = decodeScan(bytes, end, values, header, scan);
      missing -= scan.parts.length;
    }
  }
  if (missing > 0) throw cutOff('a lossless JPEG stream');
  return values;
}

function readTables(segment: Uint8Array, tables: Map<number, HuffmanTable>): void {
  for (let at = 0; at + 17 <= segment.length;) {
    const id = segment[at]! & 15;
    const counts = segment.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const table = at + 17 + total <= segment.length ? buildHuffmanTable(counts, segment.subarray(at + 17)) : undefined;
    if (!table) throw damaged();
    tables.set(id, table);
    at += 17 + total;
  }
}

function readScan(
  segment: Uint8Array,
  { frameComponents, precision }: JpegHeader,
  tables: ReadonlyMap<number, HuffmanTable>,
  restartInterval: number,
): Scan {
  const count = segment[0] ?? 0;
  const parts = Array.from({ length: count }, (_, index) => {
    const sample = frameComponents.findIndex(({ id }) => id === segment[1 + index * 2]);
    const table = tables.get((segment[2 + index * 2] ?? 0) >> 4);
    if (sample < 0 || !table) throw damaged();
    return { sample, table };
  });
  const predictor = segment[1 + count * 2] ?? 0;
  const pointTransform = (segment[3 + count * 2] ?? 0) & 15;
  if (count === 0 || predictor < 1 || predictor > 7 || pointTransform >= precision) throw damaged();
  return { parts, predictor, pointTransform, restartInterval };
}

/** Decodes one scan into `values` and answers with the offset behind it. */
function decodeScan(bytes: Uint8Array, start: number, values: Uint16Array, header: JpegHeader, scan: Scan): number {
  const { width, height, components, precision } = header;
  const { parts, predictor, pointTransform, restartInterval } = scan;
  const reader = new BitReader(bytes, start);
  const initial = 1 << (precision - pointTransform - 1);
  const stride = width * components;
  let untilRestart = restartInterval === 0 ? Number.POSITIVE_INFINITY : restartInterval;
  // The row at which prediction last began anew: it is predicted from the left alone.
  let firstRow = 0;
  let begins = true;
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      if (untilRestart === 0) {
        if (reader.isPastEnd || !reader.skipRestartMarker()) throw cutOff('a lossless JPEG stream');
        untilRestart = restartInterval;
        firstRow = row;
        begins = true;
      }
      untilRestart -= 1;
      for (const { sample, table } of parts) {
        const at = row * stride + column * components + sample;
        const category = reader.readSymbol(table);
        if (category < 0 || category > 16) throw damaged();
        const difference = category === 16 ? 32_768 : reader.readDifference(category);
        let predicted: number;
        if (begins) predicted = initial;
        else if (row === firstRow) predicted = values[at - components]!;
        else if (column === 0) predicted = values[at - stride]!;
        else
          predicted = predict(
            predictor,
            values[at - components]!,
            values[at - stride]!,
            values[at - stride - components]!,
          );
        values[at] = predicted + difference;
      }
      begins = false;
    }
    if (reader.isPastEnd) throw cutOff('a lossless JPEG stream');
  }
  if (pointTransform > 0)
    shiftUp(
      values,
      parts.map(({ sample }) => sample),
      components,
      pointTransform,
    );
  return reader.position;
}

/** Table H.1: `left`, `above` and `diagonal` are Ra, Rb and Rc. */
function predict(predictor: number, left: number, above: number, diagonal: number): number {
  switch (predictor) {
    case 1:
      return left;
    case 2:
      return above;
    case 3:
      return diagonal;
    case 4:
      return left + above - diagonal;
    case 5:
      return left + ((above - diagonal) >> 1);
    case 6:
      return above + ((left - diagonal) >> 1);
    default:
      return (left + above) >> 1;
  }
}

function shiftUp(values: Uint16Array, samples: readonly number[], components: number, bits: number): void {
  for (const sample of samples) {
    for (let at = sample; at < values.length; at += components) values[at] = values[at]! << bits;
  }
}

function damaged(): Error {
  return invalidImage('A lossless JPEG stream in this file is damaged. Send it again.');
}
