import type * as dcmjsCodecs from 'dcmjs-codecs';
import { cutOff, invalidImage } from '../refuse.js';
import { hasEndOfImage } from './jpeg-header.js';
import type { FrameShape } from '../pixels/frame-shape.js';

type DcmjsCodecs = typeof dcmjsCodecs;
type Context = InstanceType<DcmjsCodecs['Context']>;

let loading: Promise<DcmjsCodecs> | undefined;

async function load(): Promise<DcmjsCodecs> {
  const { default: codecs } = (await import('dcmjs-codecs')) as unknown as { readonly default: DcmjsCodecs };
  codecs.log.setLevel('silent');
  await codecs.NativeCodecs.initializeAsync({ logCodecsInfo: false, logCodecsTrace: false });
  return codecs;
}

/**
 * JPEG with 12 bits and JPEG XL, by dcmjs-codecs: the only one to decode the former. It is 4 MB, so it is loaded with
 * the first such file, and one malformed stream poisons its memory for all that follow, so it is made anew after each
 * error (0.1 s).
 */
async function decode(
  stream: Uint8Array,
  shape: FrameShape,
  run: (codecs: DcmjsCodecs, context: Context) => Context,
): Promise<Uint8Array> {
  loading ??= load();
  let codecs: DcmjsCodecs;
  try {
    codecs = await loading;
  } catch (error) {
    loading = undefined;
    throw error;
  }
  try {
    const context = new codecs.Context({
      width: shape.columns,
      height: shape.rows,
      bitsAllocated: shape.bitsAllocated,
      bitsStored: shape.bitsStored,
      samplesPerPixel: shape.samples,
      pixelRepresentation: 0,
      planarConfiguration: 0,
      photometricInterpretation: shape.samples === 1 ? 'MONOCHROME2' : 'RGB',
      encodedBuffer: stream,
    });
    return Uint8Array.from(run(codecs, context).getDecodedBuffer() ?? []);
  } catch (error) {
    loading = undefined;
    codecs.NativeCodecs.release();
    throw invalidImage('The compressed pixels cannot be decoded: they are damaged. Send the file again.', error);
  }
}

/** uint16 [rows, columns, samples]; luma and chroma stay as they are stored. */
export async function decodeJpeg12(stream: Uint8Array, shape: FrameShape): Promise<Uint8Array> {
  if (!hasEndOfImage(stream)) throw cutOff('a JPEG stream');
  return decode(stream, shape, ({ NativeCodecs }, context) =>
    NativeCodecs.decodeJpeg(context, { convertColorspaceToRgb: false }),
  );
}

export async function decodeJpegXl(stream: Uint8Array, shape: FrameShape): Promise<Uint8Array> {
  return decode(stream, shape, ({ NativeCodecs }, context) => NativeCodecs.decodeJpegXl(context));
}
