import { invalidImage } from '../refuse.js';
import type { StreamShape } from '../pixels/frame-shape.js';

export interface JpegComponent {
  readonly id: number;
  readonly horizontal: number;
  readonly vertical: number;
}

export interface JpegHeader extends StreamShape {
  /** Low byte of the frame header's marker: C0 baseline, C1 extended, C2 progressive, C3 lossless, F7 JPEG-LS. */
  readonly process: number;
  readonly frameComponents: readonly JpegComponent[];
  /** Adobe's colour transform (0: none, 1: YCbCr), where there is an APP14. */
  readonly adobeTransform?: number;
  readonly hasJfif: boolean;
  /** JPEG-LS: 0 planes, 1 lines, 2 samples; of the first scan. */
  readonly interleave: number;
  /** JPEG-LS: the largest error of a near-lossless stream. */
  readonly near: number;
  /** Offsets of whole APP0 and APP14 segments, from their FF. */
  readonly colourSegments: readonly { readonly start: number; readonly end: number }[];
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
const APP0 = 0xe0;
const APP14 = 0xee;
const JPEG_LS = 0xf7;

function isFrameHeader(marker: number): boolean {
  return (
    marker === JPEG_LS || (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc)
  );
}

/** Markers without a segment: TEM and RST0 to RST7. */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= SOI);
}

/** Reads markers up to the first scan; throws INVALID_IMAGE if there is none. */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let found: Omit<JpegHeader, 'interleave' | 'near' | 'colourSegments' | 'hasJfif' | 'adobeTransform'> | undefined;
  const colourSegments: { start: number; end: number }[] = [];
  let adobeTransform: number | undefined;
  let hasJfif = false;
  for (let at = 2; at + 4 <= bytes.length;) {
    if (bytes[at] !== 0xff) throw damaged();
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (standsAlone(marker)) {
      at += 2;
      continue;
    }
    const length = view.getUint16(at + 2);
    const end = at + 2 + length;
    if (marker === EOI || length < 2 || end > bytes.length) throw damaged();
    const text = String.fromCharCode(...bytes.subarray(at + 4, Math.min(end, at + 9)));
    if (marker === APP0 && text.startsWith('JFIF')) hasJfif = true;
    if (marker === APP14 && text === 'Adobe' && length >= 14) adobeTransform = bytes[at + 15];
    if (marker === APP0 || marker === APP14) colourSegments.push({ start: at, end });
    if (isFrameHeader(marker)) found = readFrameHeader(view, at + 4, end, marker);
    if (marker === SOS) {
      if (!found) throw damaged();
      const scanComponents = bytes[at + 4]!;
      const near = bytes[at + 5 + scanComponents * 2] ?? 0;
      const interleave = bytes[at + 6 + scanComponents * 2] ?? 0;
      return {
        ...found,
        colourSegments,
        hasJfif,
        near,
        interleave,
        ...(adobeTransform !== undefined && { adobeTransform }),
      };
    }
    at = end;
  }
  throw damaged();
}

function readFrameHeader(view: DataView, at: number, end: number, process: number) {
  if (at + 6 > end) throw damaged();
  const components = view.getUint8(at + 5);
  if (at + 6 + components * 3 > end) throw damaged();
  const frameComponents = Array.from({ length: components }, (_, index) => {
    const from = at + 6 + index * 3;
    return {
      id: view.getUint8(from),
      horizontal: view.getUint8(from + 1) >> 4,
      vertical: view.getUint8(from + 1) & 15,
    };
  });
  return {
    process,
    precision: view.getUint8(at),
    height: view.getUint16(at + 1),
    width: view.getUint16(at + 3),
    components,
    frameComponents,
  };
}

/**
 * The stream with an Adobe segment that says "no transform" in place of its own colour segments, so that a decoder
 * gives the stored components untouched and the decision about colour stays ours.
 */
export function withoutColourTransform(bytes: Uint8Array, { colourSegments }: JpegHeader): Uint8Array {
  // "Adobe", version 100, flags 0 and 0, transform 0.
  const adobe = [0xff, APP14, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 0];
  const removed = colourSegments.reduce((total, { start, end }) => total + end - start, 0);
  const result = new Uint8Array(bytes.length - removed + adobe.length);
  result.set([0xff, SOI], 0);
  result.set(adobe, 2);
  let to = 2 + adobe.length;
  let from = 2;
  for (const { start, end } of [...colourSegments, { start: bytes.length, end: bytes.length }]) {
    result.set(bytes.subarray(from, start), to);
    to += start - from;
    from = end;
  }
  return result;
}

/** Whether an end-of-image marker follows somewhere; a stream without one was cut off. Padding may follow it. */
export function hasEndOfImage(bytes: Uint8Array): boolean {
  for (let at = bytes.length - 2; at >= 2; at -= 1) if (bytes[at] === 0xff && bytes[at + 1] === EOI) return true;
  return false;
}

function damaged(): Error {
  return invalidImage('A JPEG stream in this file has no readable header: it is damaged. Send it again.');
}
