/**
 * Huffman codes of a JPEG table, by the next 16 bits: symbol in the high byte, length in the low one; 0 for no code.
 */
export type HuffmanTable = Uint16Array;

const LOOKUP = 65_536;

/** From the numbers of codes of each length (1 to 16) and their symbols (ISO/IEC 10918-1, annex C). */
export function buildHuffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable | undefined {
  const table = new Uint16Array(LOOKUP);
  let code = 0;
  let next = 0;
  for (let length = 1; length <= 16; length += 1) {
    const span = 1 << (16 - length);
    for (let left = counts[length - 1]!; left > 0; left -= 1) {
      if (code + span > LOOKUP) return undefined;
      table.fill((symbols[next]! << 8) | length, code, code + span);
      code += span;
      next += 1;
    }
  }
  return table;
}

/** Bits of entropy-coded data, most significant first, without the zero that follows each FF. Stops at a marker. */
export class BitReader {
  position: number;
  /**
   * Bits that were asked for behind the end of the data. More than a symbol's worth means that the data was cut off.
   */
  #padding = 0;
  #bits = 0;
  #held = 0;

  constructor(
    private readonly bytes: Uint8Array,
    position: number,
  ) {
    this.position = position;
  }

  /** Makes at least 16 bits available. */
  #fill(): void {
    while (this.#held < 16) {
      const byte = this.bytes[this.position];
      let value = 0;
      if (byte === undefined || (byte === 0xff && this.bytes[this.position + 1] !== 0)) {
        this.#padding += 8;
      } else {
        value = byte;
        this.position += byte === 0xff ? 2 : 1;
      }
      this.#bits = (this.#bits << 8) | value;
      this.#held += 8;
    }
  }

  /** The next symbol, or -1 where the bits are no code of the table. */
  readSymbol(table: HuffmanTable): number {
    if (this.#held < 16) this.#fill();
    const entry = table[(this.#bits >>> (this.#held - 16)) & 0xffff]!;
    if (entry === 0) return -1;
    this.#held -= entry & 0xff;
    return entry >> 8;
  }

  /** 0 to 16 bits as a number. */
  readBits(count: number): number {
    if (count === 0) return 0;
    if (this.#held < 16) this.#fill();
    this.#held -= count;
    return (this.#bits >>> this.#held) & ((1 << count) - 1);
  }

  /** A difference of `category` bits as JPEG writes it: values whose first bit is 0 are negative. */
  readDifference(category: number): number {
    const value = this.readBits(category);
    return category === 0 || value >= 1 << (category - 1) ? value : value - (1 << category) + 1;
  }

  /** Whether bits were used that are not in the data. */
  get isPastEnd(): boolean {
    return this.#padding > this.#held;
  }

  /** Drops what is left of the byte and steps behind the next restart marker; false if there is none. */
  skipRestartMarker(): boolean {
    this.#bits = this.#held = this.#padding = 0;
    while (this.bytes[this.position] === 0xff && this.bytes[this.position + 1] === 0xff) this.position += 1;
    const marker = this.bytes[this.position + 1] ?? 0;
    if (this.bytes[this.position] !== 0xff || marker < 0xd0 || marker > 0xd7) return false;
    this.position += 2;
    return true;
  }
}
