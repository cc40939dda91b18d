/** One field of a protobuf message: its number, and a varint's value or the bytes of anything that has a length. */
export interface Field {
  readonly number: number;
  readonly value: number;
  readonly bytes: Uint8Array;
}

const EMPTY = new Uint8Array();

/**
 * The fields of a message in their order, as views into `message`: nothing is copied, so a file of gigabytes is walked
 * in no time. Ends at the first byte that is no protobuf; a runtime says better what is wrong with such a file.
 */
export function* readFields(message: Uint8Array): Generator<Field> {
  let at = 0;
  /** Exact to 2 ** 53; no length, version or type is above. NaN past the end. */
  function readVarint(): number {
    let value = 0;
    for (let scale = 1; at < message.length; scale *= 128) {
      const byte = message[at]!;
      at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return NaN;
  }
  while (at < message.length) {
    const tag = readVarint();
    const number = Math.floor(tag / 8);
    const isVarint = tag % 8 === 0;
    const value = isVarint || tag % 8 === 2 ? readVarint() : 0;
    const length = isVarint ? 0 : ({ 1: 8, 2: value, 5: 4 }[tag % 8] ?? NaN);
    if (!(at + length <= message.length) || Number.isNaN(value)) return;
    yield { number, value, bytes: length === 0 ? EMPTY : message.subarray(at, at + length) };
    at += length;
  }
}
