/**
 * Lossless JPEG with predictor 1 and codes of five bits: restarts and scans of their own, which no encoder at hand
 * writes.
 */
export function writeLosslessJpeg(
  values: readonly number[],
  { width, height, components }: { readonly width: number; readonly height: number; readonly components: number },
  {
    restartInterval = 0,
    separateScans = false,
  }: { readonly restartInterval?: number; readonly separateScans?: boolean },
): Uint8Array {
  const all = Array.from({ length: components }, (_, index) => index);
  const scans = separateScans ? all.map((index) => [index]) : [all];
  return Uint8Array.from([
    ...[0xff, 0xd8],
    ...segment(0xc3, [8, ...word(height), ...word(width), components, ...all.flatMap((index) => [index + 1, 0x11, 0])]),
    // Categories 0 to 16, all of five bits.
    ...segment(0xc4, [
      0,
      ...Array.from({ length: 16 }, (_, index) => (index === 4 ? 17 : 0)),
      ...Array.from({ length: 17 }, (_, category) => category),
    ]),
    ...(restartInterval > 0 ? segment(0xdd, word(restartInterval)) : []),
    ...scans.flatMap((scan) => [
      ...segment(0xda, [scan.length, ...scan.flatMap((index) => [index + 1, 0]), 1, 0, 0]),
      ...writeScan(values, { width, height, components }, scan, restartInterval),
    ]),
    ...[0xff, 0xd9],
  ]);
}

function writeScan(
  values: readonly number[],
  { width, height, components }: { readonly width: number; readonly height: number; readonly components: number },
  scan: readonly number[],
  restartInterval: number,
): number[] {
  const bytes: number[] = [];
  let bits = '';
  const flush = (): void => {
    const padded = bits.padEnd(Math.ceil(bits.length / 8) * 8, '1');
    for (let at = 0; at < padded.length; at += 8) {
      const byte = Number.parseInt(padded.slice(at, at + 8), 2);
      bytes.push(byte, ...(byte === 0xff ? [0] : []));
    }
    bits = '';
  };
  let begins = 0;
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    if (restartInterval > 0 && pixel > 0 && pixel % restartInterval === 0) {
      flush();
      bytes.push(0xff, 0xd0 + ((pixel / restartInterval - 1) % 8));
      begins = pixel;
    }
    for (const index of scan) {
      const at = pixel * components + index;
      const isColumn0 = pixel % width === 0;
      const predicted = pixel === begins ? 128 : values[isColumn0 ? at - width * components : at - components]!;
      bits += code(values[at]! - predicted);
    }
  }
  flush();
  return bytes;
}

function code(difference: number): string {
  const category = difference === 0 ? 0 : Math.floor(Math.log2(Math.abs(difference))) + 1;
  const value = difference > 0 ? difference : difference + 2 ** category - 1;
  return category.toString(2).padStart(5, '0') + (category > 0 ? value.toString(2).padStart(category, '0') : '');
}

function segment(marker: number, body: readonly number[]): number[] {
  return [0xff, marker, ...word(body.length + 2), ...body];
}

function word(value: number): number[] {
  return [value >> 8, value & 255];
}
