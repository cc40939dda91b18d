/** Pieces of a protobuf message, which follow one another. */
export type Fields = readonly Uint8Array[];

const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** A whole number from 0 to 2 ** 53. */
export function numberField(field: number, value: number): Uint8Array {
  return Buffer.concat([varint(field * 8 + VARINT), varint(value)]);
}

/** Text, bytes, or a message. */
export function bytesField(field: number, content: string | Uint8Array | Fields): Uint8Array {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const body = bytes instanceof Uint8Array ? bytes : Buffer.concat(bytes);
  return Buffer.concat([varint(field * 8 + LENGTH_DELIMITED), varint(body.length), body]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  return Uint8Array.of(...bytes, rest);
}
