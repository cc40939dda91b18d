import { invalidImage, unsupported } from '../refuse.js';

/** What the boxes of a JP2 file say that its components are. */
export interface Jp2Colour {
  /** Whether they are luma and chroma over the full range (sYCC). */
  readonly lumaChroma: boolean;
}

/** More boxes than any writer puts in front of the pixels: what comes behind them is not looked at. */
const MOST_BOXES = 1000;
const RGB = 16;
const GREY = 17;
const SYCC = 18;
const COLOUR_SPACES: Readonly<Record<number, string>> = {
  0: 'black on white',
  1: 'YCbCr (1)',
  3: 'YCbCr (2)',
  4: 'YCbCr (3)',
  9: 'PhotoYCC',
  11: 'CMY',
  12: 'CMYK',
  13: 'YCCK',
  14: 'CIELab',
  19: 'CIEJab',
  20: 'e-sRGB',
  21: 'ROMM-RGB',
  24: 'e-sYCC',
};
const ADVICE = 'Save it as a PNG; OpenJPEG does: opj_decompress -i in.jp2 -o out.png';

interface Box {
  readonly kind: string;
  readonly body: DataView;
}

/**
 * What the components of a JPEG 2000 file are, by its boxes (ISO/IEC 15444-1, annex I): those of a bare codestream are
 * grey or RGB. Throws UNSUPPORTED_FORMAT for a palette, for components in another order, and for other colours.
 */
export function readJp2Colour(bytes: Uint8Array): Jp2Colour {
  if (bytes[0] === 0xff) return { lumaChroma: false };
  const header = readBoxes(bytes, 'jp2c').find(({ kind }) => kind === 'jp2h');
  if (!header) return { lumaChroma: false };
  const { buffer, byteOffset, byteLength } = header.body;
  const inner = readBoxes(new Uint8Array(buffer, byteOffset, byteLength));
  if (inner.some(({ kind }) => kind === 'pclr')) throw refuse('a palette');
  for (const { kind, body } of inner) if (kind === 'cdef') checkOrder(body);
  const colour = inner.find(({ kind }) => kind === 'colr')?.body;
  return { lumaChroma: colour !== undefined && readColourSpace(colour) === SYCC };
}

/** Of several colour boxes the first counts. A profile is left alone if it is one of grey or RGB. */
function readColourSpace(body: DataView): number | undefined {
  const method = body.byteLength > 0 ? body.getUint8(0) : 0;
  if (method === 1) {
    if (body.byteLength < 7) throw damaged();
    const space = body.getUint32(3);
    if (space === RGB || space === GREY || space === SYCC) return space;
    throw refuse(`colours of the kind ${COLOUR_SPACES[space] ?? space}`);
  }
  // A profile begins behind three bytes; from its byte 16 on stands of which colours it is.
  if ((method === 2 || method === 3) && body.byteLength >= 23) {
    const colours = textAt(body, 19);
    if (colours !== 'RGB ' && colours !== 'GRAY') throw refuse('a colour profile that is neither of grey nor of RGB');
  }
  return undefined;
}

/** Each channel (its number, type and association, of two bytes each) has to be the colour at its own place. */
function checkOrder(body: DataView): void {
  const count = body.byteLength >= 2 ? body.getUint16(0) : 0;
  if (body.byteLength < 2 + count * 6) throw damaged();
  for (let index = 0; index < count; index += 1) {
    const [channel, type, colour] = [0, 2, 4].map((at) => body.getUint16(2 + index * 6 + at));
    const isWhole = count === 1 && colour === 0;
    if (type !== 0 || (colour !== channel! + 1 && !isWhole)) {
      throw refuse('components that are in another order than red, green and blue, or that are an opacity');
    }
  }
}

/** Boxes side by side, up to the first one called `last`. */
function readBoxes(bytes: Uint8Array, last?: string): Box[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const boxes: Box[] = [];
  for (let at = 0; at + 8 <= bytes.length && boxes.length < MOST_BOXES;) {
    const kind = textAt(view, at + 4);
    if (kind === last) break;
    const isLong = view.getUint32(at) === 1 && at + 16 <= bytes.length;
    const length = isLong ? Number(view.getBigUint64(at + 8)) : view.getUint32(at);
    const start = at + (isLong ? 16 : 8);
    const end = length === 0 ? bytes.length : Math.min(at + length, bytes.length);
    if (end < start) throw damaged();
    boxes.push({ kind, body: new DataView(bytes.buffer, bytes.byteOffset + start, end - start) });
    at = end;
  }
  return boxes;
}

function textAt(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((index) => view.getUint8(at + index)));
}

function refuse(found: string): Error {
  return unsupported(`This is a JPEG 2000 with ${found}, which is not read here. ${ADVICE}`);
}

function damaged(): Error {
  return invalidImage('The boxes of a JPEG 2000 file cannot be read: it is damaged. Send it again.');
}
