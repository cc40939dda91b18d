import type { Bytes } from '@medzoo/core/contract';
import type { DataSetEncoding } from '../parse/sniff-dicom.js';

/** PS3.5, table 7.1-1: value representations whose explicit length has 32 bits. */
const LONG: ReadonlySet<string> = new Set('OB OD OF OL OV OW SQ SV UC UN UR UT UV'.split(' '));

const UNDEFINED_LENGTH = 0xffffffff;

/** Writes elements in the byte order and representation of the file that they come from. */
export class ElementWriter {
  readonly #parts: Uint8Array[] = [];

  constructor(private readonly encoding: DataSetEncoding) {}

  /** An element whose value is of even length already. */
  write(tag: string, vr: string, value: Uint8Array, isOfUndefinedLength = false): void {
    this.#parts.push(this.#header(tag, vr, isOfUndefinedLength ? UNDEFINED_LENGTH : value.length), value);
  }

  /** A sequence of items that were written each by a writer like this one. */
  writeSequence(tag: string, items: readonly Uint8Array[]): void {
    const pieces = items.flatMap((item) => {
      const header = new Uint8Array(8);
      const view = new DataView(header.buffer);
      view.setUint16(0, 0xfffe, this.encoding.littleEndian);
      view.setUint16(2, 0xe000, this.encoding.littleEndian);
      view.setUint32(4, item.length, this.encoding.littleEndian);
      return [header, item];
    });
    this.write(tag, 'SQ', concat(pieces));
  }

  finish(): Uint8Array {
    return concat(this.#parts);
  }

  #header(tag: string, vr: string, length: number): Uint8Array {
    const { explicit, littleEndian } = this.encoding;
    const isLong = explicit && LONG.has(vr);
    const header = new Uint8Array(isLong ? 12 : 8);
    const view = new DataView(header.buffer);
    view.setUint16(0, Number.parseInt(tag.slice(1, 5), 16), littleEndian);
    view.setUint16(2, Number.parseInt(tag.slice(5), 16), littleEndian);
    if (explicit) {
      header.set(new TextEncoder().encode(vr), 4);
      if (isLong) view.setUint32(8, length, littleEndian);
      else view.setUint16(6, length, littleEndian);
    } else {
      view.setUint32(4, length, littleEndian);
    }
    return header;
  }
}

export function concat(parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Texts are padded by a space, UIDs by a zero. */
export function toText(text: string, padding = ' '): Uint8Array {
  return new TextEncoder().encode(text.length % 2 === 0 ? text : `${text}${padding}`);
}
