type Values = Uint8Array | Uint16Array | Float64Array;

/** One page: its samples, of one strip, or of one a plane. */
export interface TiffPageInput {
  readonly width: number;
  readonly height: number;
  /** One strip, or several. */
  readonly strips: readonly Values[];
  /** What is in the place of strips are tiles, each of the whole image, whose sides are multiples of 16. */
  readonly isTiled?: boolean;
  /** Further tags, or others in place of those that follow from the samples: id to SHORTs. */
  readonly tags?: Readonly<Record<number, readonly number[]>> | undefined;
}

export interface TiffForm {
  readonly isBig?: boolean;
  readonly isBigEndian?: boolean;
}

/** An uncompressed TIFF of these pages, in either byte order, classic or BigTIFF. */
export function writeTiff(
  pages: readonly TiffPageInput[],
  { isBig = false, isBigEndian = false }: TiffForm = {},
): Uint8Array {
  const file = Buffer.alloc(1 << 20);
  const word = isBig ? 8 : 4;
  const number = (value: number, at: number, bytes = word): void => {
    const digits = Buffer.alloc(8);
    digits.writeBigUInt64BE(BigInt(value));
    const significant = digits.subarray(8 - bytes);
    (isBigEndian ? significant : significant.reverse()).copy(file, at);
  };
  const short = (value: number, at: number): void => number(value, at, 2);
  file.write(isBigEndian ? 'MM' : 'II', 'latin1');
  short(isBig ? 43 : 42, 2);
  if (isBig) short(8, 4);
  let linkAt = isBig ? 8 : 4;
  let end = 16;
  const place = (bytes: number): number => {
    const at = end;
    end += Math.ceil(bytes / 8) * 8;
    return at;
  };

  for (const { width, height, strips, isTiled = false, tags = {} } of pages) {
    const offsets = strips.map((strip) => {
      const at = place(strip.byteLength);
      strip.forEach((value, index) => writeValue(file, at, index, value, strip, isBigEndian));
      return at;
    });
    const bits = strips[0]!.BYTES_PER_ELEMENT * 8;
    const rows = isTiled ? { 322: [width], 323: [height] } : { 278: [height] };
    const shorts = { 258: [bits], 259: [1], 262: [1], 277: [1], ...rows, ...tags };
    const entries = [
      { tag: 256, bytes: 2, values: [width] },
      { tag: 257, bytes: 2, values: [height] },
      { tag: isTiled ? 324 : 273, bytes: 4, values: offsets },
      { tag: isTiled ? 325 : 279, bytes: 4, values: strips.map(({ byteLength }) => byteLength) },
      ...Object.entries(shorts).map(([tag, values]) => ({ tag: Number(tag), bytes: 2, values })),
    ].sort((a, b) => a.tag - b.tag);

    const [countBytes, entryBytes] = isBig ? [8, 20] : [2, 12];
    const directory = place(countBytes + entries.length * entryBytes + word);
    number(directory, linkAt);
    number(entries.length, directory, countBytes);
    entries.forEach(({ tag, bytes, values }, index) => {
      const entry = directory + countBytes + index * entryBytes;
      short(tag, entry);
      short(bytes === 2 ? 3 : 4, entry + 2);
      number(values.length, entry + 4);
      const inline = entry + 4 + word;
      const at = values.length * bytes <= word ? inline : place(values.length * bytes);
      if (at !== inline) number(at, inline);
      values.forEach((value, item) => number(value, at + item * bytes, bytes));
    });
    linkAt = directory + countBytes + entries.length * entryBytes;
  }
  return file.subarray(0, end);
}

function writeValue(file: Buffer, at: number, index: number, value: number, of: Values, isBigEndian: boolean): void {
  if (of instanceof Uint8Array) file[at + index] = value;
  else if (of instanceof Float64Array) file.writeDoubleLE(value, at + index * 8);
  else if (isBigEndian) file.writeUInt16BE(value, at + index * 2);
  else file.writeUInt16LE(value, at + index * 2);
}
