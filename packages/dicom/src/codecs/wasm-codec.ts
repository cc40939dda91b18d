import { invalidImage } from '../refuse.js';

type DecoderName = 'JPEGDecoder' | 'J2KDecoder' | 'HTJ2KDecoder' | 'JpegLSDecoder';

/** What a WebAssembly decoder made, copied out of its heap. */
export interface WasmResult {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly components: number;
  readonly bitsPerSample: number;
}

/** A heap never shrinks, so a module that has grown beyond this is dropped after its call. */
const MOST_KEPT_HEAP_BYTES = 128 * 2 ** 20;

export interface WasmCodec {
  decode(stream: Uint8Array): Promise<WasmResult>;
}

/**
 * A decoder of cornerstonejs, loaded with the first call (50 to 100 ms). An instance that threw is dropped and made
 * anew, because its memory is then in no known state. What a codec prints never reaches the console.
 */
export function createWasmCodec(
  name: string,
  decoder: DecoderName,
  load: () => Promise<{ default: CreateWasmModule }>,
): WasmCodec {
  let loading: Promise<WasmModule> | undefined;
  const complaints: string[] = [];
  const listen = (line: string): void => {
    if (/error|corrupt|premature/i.test(line) && complaints.length === 0) complaints.push(line);
  };

  async function loadModule(): Promise<WasmModule> {
    const { default: create } = await load();
    return create({ print: listen, printErr: listen });
  }

  async function decode(stream: Uint8Array): Promise<WasmResult> {
    loading ??= loadModule();
    let module: WasmModule;
    try {
      module = await loading;
    } catch (error) {
      loading = undefined;
      throw error;
    }
    complaints.length = 0;
    try {
      const result = runDecoder(new module[decoder](), stream);
      if (complaints.length > 0 || result.data.length === 0) throw new Error(complaints[0] ?? 'no pixels');
      if (module.HEAPU8.length > MOST_KEPT_HEAP_BYTES) loading = undefined;
      return result;
    } catch (error) {
      loading = undefined;
      throw invalidImage(
        `The compressed pixels cannot be decoded as ${name}: they are damaged. Send the file again.`,
        asError(error),
      );
    }
  }

  return { decode };
}

function runDecoder(decoder: WasmDecoder, stream: Uint8Array): WasmResult {
  decoder.getEncodedBuffer(stream.length).set(stream);
  decoder.decode();
  const { width, height, componentCount, bitsPerSample } = decoder.getFrameInfo();
  const data = decoder.getDecodedBuffer().slice();
  decoder.delete();
  return { data, width, height, components: componentCount, bitsPerSample };
}

/** C++ exceptions arrive as bare numbers: pointers into the heap. */
function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(`codec exception ${String(error)}`);
}
