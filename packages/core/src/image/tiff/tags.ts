/** The tags that decide how a page is read, by their names in the TIFF specification. */
export const TAG = {
  NewSubfileType: 254,
  SubfileType: 255,
  ImageWidth: 256,
  ImageLength: 257,
  BitsPerSample: 258,
  Compression: 259,
  PhotometricInterpretation: 262,
  StripOffsets: 273,
  SamplesPerPixel: 277,
  StripByteCounts: 279,
  PlanarConfiguration: 284,
  TileWidth: 322,
  TileOffsets: 324,
  TileByteCounts: 325,
  InkSet: 332,
  ExtraSamples: 338,
  SampleFormat: 339,
  IccProfile: 34675,
} as const;

/** Compressions that are read, as the libtiff inside sharp is built. */
const READ_COMPRESSIONS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 7, 8, 32773, 32946, 50001]);

const COMPRESSION_NAMES: Readonly<Record<number, string>> = {
  6: 'old-style JPEG',
  9: 'JBIG (T.85)',
  10: 'JBIG (T.43)',
  32766: 'NeXT',
  32771: 'CCITT RLE with word alignment',
  32809: 'ThunderScan',
  32908: 'PixarFilm',
  32909: 'PixarLog',
  33003: 'JPEG 2000',
  33004: 'JPEG 2000',
  33005: 'JPEG 2000',
  33007: 'JPEG 2000',
  34661: 'JBIG',
  34676: 'SGI Log',
  34677: 'SGI Log24',
  34712: 'JPEG 2000',
  34887: 'LERC',
  34892: 'lossy JPEG of DNG',
  34925: 'LZMA',
  34933: 'PNG',
  34934: 'JPEG XR',
  22610: 'JPEG XR',
  50000: 'ZSTD',
  50002: 'JPEG XL',
  52546: 'JPEG XL',
};

const PHOTOMETRIC_NAMES: Readonly<Record<number, string>> = {
  4: 'a transparency mask',
  8: 'CIELab',
  9: 'ICCLab',
  10: 'ITULab',
  32803: 'a colour filter array (raw camera data)',
  32844: 'CIE Log2(L)',
  32845: 'CIE Log2(Luv)',
  34892: 'LinearRaw (raw camera data)',
};

/** What a compression that is not read is called; undefined for one that is. */
export function unreadCompression(compression: number): string | undefined {
  if (READ_COMPRESSIONS.has(compression)) return undefined;
  return COMPRESSION_NAMES[compression] ?? `compression ${compression}`;
}

/** PhotometricInterpretation: 0 and 1 are grey, 2 is RGB, 3 a palette, 5 CMYK, 6 YCbCr. */
export const PHOTOMETRIC = { whiteIsZero: 0, blackIsZero: 1, rgb: 2, palette: 3, separated: 5, yCbCr: 6 } as const;

/** What a photometric interpretation that is not read is called; undefined for one that is. */
export function unreadPhotometric(photometric: number): string | undefined {
  if (Object.values<number>(PHOTOMETRIC).includes(photometric)) return undefined;
  return PHOTOMETRIC_NAMES[photometric] ?? `photometric interpretation ${photometric}`;
}
