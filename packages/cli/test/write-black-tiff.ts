/** A TIFF of 8 bits whose palette has one colour: black. */
export function writeBlackTiff(
  numbers: readonly number[],
  { width, height }: { readonly width: number; readonly height: number },
  isLittle: boolean,
): Buffer {
  const [entriesAt, colours] = [10, 3 * 256];
  const tags: readonly (readonly [tag: number, type: 3 | 4, count: number, value: number])[] = [
    [256, 3, 1, width],
    [257, 3, 1, height],
    [258, 3, 1, 8],
    [259, 3, 1, 1],
    [262, 3, 1, 3],
    [273, 4, 1, 200 + 2 * colours],
    [277, 3, 1, 1],
    [278, 3, 1, height],
    [279, 4, 1, numbers.length],
    [320, 3, colours, 200],
  ];
  const bytes = Buffer.alloc(200 + 2 * colours + numbers.length);
  const short = (value: number, at: number) =>
    isLittle ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const long = (value: number, at: number) =>
    isLittle ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  bytes.write(isLittle ? 'II' : 'MM', 0, 'latin1');
  short(42, 2);
  long(8, 4);
  short(tags.length, 8);
  tags.forEach(([tag, type, count, value], index) => {
    const at = entriesAt + 12 * index;
    short(tag, at);
    short(type, at + 2);
    long(count, at + 4);
    if (type === 3 && count === 1) short(value, at + 8);
    else long(value, at + 8);
  });
  bytes.set(numbers, 200 + 2 * colours);
  return bytes;
}
