// The codecs of cornerstonejs and jpeg have no types; these are the parts that are used here.
interface WasmFrameInfo {
  readonly width: number;
  readonly height: number;
  readonly bitsPerSample: number;
  readonly componentCount: number;
  readonly isSigned: boolean;
}

interface WasmDecoder {
  /** A view into the heap of the module; valid until the next call. */
  getEncodedBuffer(length: number): Uint8Array;
  decode(): void;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): WasmFrameInfo;
  delete(): void;
}

interface WasmModuleOptions {
  readonly print: (line: string) => void;
  readonly printErr: (line: string) => void;
}

interface WasmModule {
  readonly HEAPU8: Uint8Array;
  readonly JPEGDecoder: new () => WasmDecoder;
  readonly J2KDecoder: new () => WasmDecoder;
  readonly HTJ2KDecoder: new () => WasmDecoder;
  readonly JpegLSDecoder: new () => WasmDecoder;
}

type CreateWasmModule = (options: WasmModuleOptions) => Promise<WasmModule>;

declare module '@cornerstonejs/codec-libjpeg-turbo-8bit/decodewasmjs' {
  const create: CreateWasmModule;
  export = create;
}

declare module '@cornerstonejs/codec-openjpeg/decodewasmjs' {
  const create: CreateWasmModule;
  export = create;
}

declare module '@cornerstonejs/codec-openjph/wasmjs' {
  const create: CreateWasmModule;
  export = create;
}

declare module '@cornerstonejs/codec-charls/decodewasmjs' {
  const create: CreateWasmModule;
  export = create;
}
