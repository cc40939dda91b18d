import dicomParser from 'dicom-parser';
import { cutOff, tooLarge } from '../refuse.js';

/** PS3.5, table 7.1-2: value representations whose explicit length has 16 bits. */
const SHORT = new Set('AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US'.split(' '));
/** Those with 32 bits that dicom-parser knows. It misses OV, SV and UV, and reads on at the wrong byte after them. */
const LONG = new Set('OB OD OF OL OW SQ UC UN UR UT'.split(' '));

/** What all streams of one file may read together. */
export interface ReadBudget {
  left: number;
  readonly maxElements: number;
}

/** An element costs two reads for its tag and up to two for its length. */
const READS_PER_ELEMENT = 4;

export function createReadBudget(maxElements: number): ReadBudget {
  return { left: maxElements * READS_PER_ELEMENT, maxElements };
}

/**
 * dicom-parser's stream with bounds. It counts what is read, because each element becomes an object of about 200 bytes
 * and a file of 64 MB can hold eight million; it never seeks past the end; and it reads a representation that
 * dicom-parser does not know as PS3.5 (6.2, note 4) says, like UN with a length of 32 bits.
 */
export class GuardedStream extends dicomParser.ByteStream {
  readonly #budget: ReadBudget;

  constructor(parser: dicomParser.ByteArrayParser, bytes: Uint8Array, position: number, budget: ReadBudget) {
    super(parser, bytes, position);
    this.#budget = budget;
    const { readUint16, readUint32, readFixedString } = dicomParser.ByteStream.prototype;
    this.readUint16 = () => {
      this.#count(2);
      return readUint16.call(this);
    };
    this.readUint32 = () => {
      this.#count(4);
      return readUint32.call(this);
    };
    this.readFixedString = (length) => {
      const text = readFixedString.call(this, length);
      return length === 2 && text.length === 2 && !SHORT.has(text) && !LONG.has(text) ? 'UN' : text;
    };
    this.seek = (offset) => {
      const target = this.position + offset;
      if (target < 0 || target > this.byteArray.length) throw cutOff('an element');
      this.position = target;
    };
  }

  #count(bytes: number): void {
    if (this.position + bytes > this.byteArray.length) throw cutOff('an element');
    this.#budget.left -= 1;
    if (this.#budget.left < 0) {
      const { maxElements } = this.#budget;
      throw tooLarge('elements', maxElements, maxElements + 1, 'maxElements');
    }
  }
}
