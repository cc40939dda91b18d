import dcmjsCodecs from 'dcmjs-codecs';

/** A picture to be compressed: [rows, columns, samples] of 8 or 16 bits. */
export interface Picture {
  readonly rows: number;
  readonly columns: number;
  readonly samples: 1 | 3;
  readonly bits: number;
  readonly values: readonly number[];
  /** Whether values may be negative. */
  readonly signed?: boolean;
}

export type Encoder = 'Jpeg' | 'JpegLs' | 'Jpeg2000' | 'HtJpeg2000' | 'JpegXl';

let ready: Promise<void> | undefined;

/** A compressed stream by an encoder that shares no code with our decoders, except for JPEG XL. */
export async function encodeStream(
  encoder: Encoder,
  { rows, columns, samples, bits, values, signed = false }: Picture,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Uint8Array> {
  const { NativeCodecs, Context, log } = dcmjsCodecs;
  log.setLevel('silent');
  ready ??= NativeCodecs.initializeAsync({ logCodecsInfo: false, logCodecsTrace: false });
  await ready;
  const decoded = bits > 8 ? new Uint8Array(Uint16Array.from(values).buffer) : Uint8Array.from(values);
  const context = new Context({
    width: columns,
    height: rows,
    bitsAllocated: bits > 8 ? 16 : 8,
    bitsStored: bits,
    samplesPerPixel: samples,
    pixelRepresentation: signed ? 1 : 0,
    planarConfiguration: 0,
    photometricInterpretation: samples === 3 ? 'RGB' : 'MONOCHROME2',
    decodedBuffer: decoded,
  });
  return Uint8Array.from(NativeCodecs[`encode${encoder}`](context, options).getEncodedBuffer() ?? []);
}

/** A smooth ramp with a step and some grain, the same each time. */
export function drawPicture(rows: number, columns: number, samples: 1 | 3, bits: number): Picture {
  const white = 2 ** bits - 1;
  const values = Array.from({ length: rows * columns * samples }, (_, index) => {
    const row = Math.floor(index / (columns * samples));
    const column = Math.floor(index / samples) % columns;
    const grain = ((index * 7919) % 17) / 17;
    const level = (column / columns + (row > rows / 2 ? 0.4 : 0) + (index % samples) * 0.1 + grain * 0.05) % 1;
    return Math.round(level * white);
  });
  return { rows, columns, samples, bits, values };
}
