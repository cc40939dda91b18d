const APP0 = 0xe0;
const APP8 = 0xe8;
const APP14 = 0xee;
const SOI = 0xd8;
const EOI = 0xd9;

/** Segments that pixels are decoded by: frame headers and tables (C0 to CF), scans, restarts, JPEG-LS. */
function isNeeded(marker: number): boolean {
  return (marker >= 0xc0 && marker <= 0xcf) || (marker >= 0xda && marker <= 0xdd) || marker === 0xf7 || marker === 0xf8;
}

/** Markers without a segment: TEM, RST0 to RST7, SOI. */
function standsAlone(marker: number): boolean {
  return marker === 0x01 || (marker >= 0xd0 && marker <= SOI);
}

/**
 * Clears comments, application segments and what follows the image in a stream of the JPEG family, in place: no byte
 * moves. Of application segments stays only what the colours of the pixels are told by.
 */
export function clearJpeg(bytes: Uint8Array): void {
  let isScan = false;
  for (let at = 2; at < bytes.length;) {
    const marker = bytes[at] === 0xff ? bytes[at + 1] : undefined;
    if (marker === 0xff) {
      at += 1;
    } else if (marker === undefined || (isScan && marker < 0x80)) {
      // Within a scan these are pixels, and elsewhere what no decoder reads.
      if (!isScan) bytes[at] = 0;
      at += 1;
    } else if (standsAlone(marker)) {
      at += 2;
    } else if (marker === EOI) {
      bytes.fill(0, at + 2);
      return;
    } else {
      at = clearSegment(bytes, at, marker);
      isScan = marker === 0xda;
    }
  }
}

/** Gives the place behind the segment. */
function clearSegment(bytes: Uint8Array, at: number, marker: number): number {
  const start = Math.min(at + 4, bytes.length);
  const end = Math.min(at + 2 + Math.max(2, (bytes[at + 2] ?? 0) * 256 + (bytes[at + 3] ?? 0)), bytes.length);
  if (isNeeded(marker)) return end;
  const kept = colourOf(bytes.subarray(start, end), marker);
  bytes.fill(0, start, end);
  bytes.set(kept, start);
  return end;
}

/** The contents that a decoder takes colours from, with nothing else in them. */
function colourOf(body: Uint8Array, marker: number): readonly number[] {
  const begins = (text: string): boolean => Buffer.from(body.subarray(0, text.length)).toString('latin1') === text;
  const spell = (text: string): number[] => [...Buffer.from(text, 'latin1')];
  if (marker === APP0 && begins('JFIF') && body.length >= 14) return [...spell('JFIF'), 0, 1, 2, 0, 0, 1, 0, 1, 0, 0];
  if (marker === APP14 && begins('Adobe') && body.length >= 12)
    return [...spell('Adobe'), 0, 100, 0, 0, 0, 0, body[11]!];
  // The colour transform of JPEG-LS by HP.
  if (marker === APP8 && begins('mrfx') && body.length >= 5) return [...spell('mrfx'), body[4]!];
  return [];
}
