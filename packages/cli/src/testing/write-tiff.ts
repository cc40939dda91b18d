import type { Size } from '@medzoo/core';

export interface TiffSpec extends Size {
  /** [height, width, samples], or [samples, height, width] where `isPlanar`. */
  readonly values: readonly number[];
  readonly kind: 'uint' | 'int' | 'float';
  readonly bits: 8 | 16 | 32 | 64;
  readonly samples?: number;
  readonly isPlanar?: boolean;
  /** 1 black is zero, 2 RGB. */
  readonly photometric?: 1 | 2;
}

const SHORT = 3;
const LONG = 4;
const KINDS = { uint: 1, int: 2, float: 3 };

/** An uncompressed little-endian TIFF of one page, of kinds that sharp does not write. */
export function writeTiff({
  width,
  height,
  values,
  kind,
  bits,
  samples = 1,
  isPlanar = false,
  photometric = 1,
}: TiffSpec): Buffer {
  const pixels = writePixels(values, kind, bits / 8);
  const strips = isPlanar ? samples : 1;
  const each = <T>(value: T): T[] => Array.from({ length: samples }, () => value);
  const directory = writeDirectory(8 + pixels.length, [
    [256, LONG, [width]],
    [257, LONG, [height]],
    [258, SHORT, each(bits)],
    [259, SHORT, [1]],
    [262, SHORT, [photometric]],
    [273, LONG, Array.from({ length: strips }, (_, strip) => 8 + (strip * pixels.length) / strips)],
    [277, SHORT, [samples]],
    [278, LONG, [height]],
    [279, LONG, Array.from({ length: strips }, () => pixels.length / strips)],
    [284, SHORT, [isPlanar ? 2 : 1]],
    [339, SHORT, each(KINDS[kind])],
  ]);
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1');
  head.writeUInt32LE(8 + pixels.length + directory.at, 4);
  return Buffer.concat([head, pixels, directory.bytes]);
}

function writePixels(values: readonly number[], kind: TiffSpec['kind'], size: number): Buffer {
  const bytes = Buffer.alloc(values.length * size);
  for (const [index, value] of values.entries()) {
    if (kind === 'float') bytes.writeFloatLE(value, index * size);
    else if (kind === 'int') bytes.writeIntLE(value, index * size, size);
    else bytes.writeUIntLE(value, index * size, size);
  }
  return bytes;
}

/** The values that do not fit into their entries, and behind them, at `at`, the entries. */
function writeDirectory(offset: number, entries: readonly (readonly [number, number, readonly number[]])[]) {
  const outside: Buffer[] = [];
  let at = 0;
  const written = entries.map(([tag, type, numbers]) => {
    const size = type === SHORT ? 2 : 4;
    const data = Buffer.alloc(Math.max(4, numbers.length * size));
    for (const [index, number] of numbers.entries()) data.writeUIntLE(number, index * size, size);
    const entry = Buffer.alloc(12);
    entry.writeUInt16LE(tag, 0);
    entry.writeUInt16LE(type, 2);
    entry.writeUInt32LE(numbers.length, 4);
    if (data.length === 4) data.copy(entry, 8);
    else {
      entry.writeUInt32LE(offset + at, 8);
      outside.push(data);
      at += data.length;
    }
    return entry;
  });
  const count = Buffer.alloc(2);
  count.writeUInt16LE(written.length);
  return { at, bytes: Buffer.concat([...outside, count, ...written, Buffer.alloc(4)]) };
}
