import { type ImageDecoder, ZooError } from '../../contract/index.js';
import { countOf } from '../../contract/text/count-of.js';

/** The formats that core decodes by itself; a config's decoders add theirs. */
export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'tiff' | 'bmp' | 'pgm' | 'ppm';

/** Those that libvips does not read here. */
export type UncompressedFormat = Extract<ImageFormat, 'bmp' | 'pgm' | 'ppm'>;
export type RasterFormat = Exclude<ImageFormat, UncompressedFormat>;

/** What a file's first bytes say: text in latin1, `at` an offset. */
interface Signature {
  readonly name: string;
  readonly text: string;
  readonly at?: number;
}

const DECODED: readonly (Signature & { readonly name: RasterFormat })[] = [
  { name: 'png', text: '\x89PNG\r\n\x1a\n' },
  { name: 'jpeg', text: '\xff\xd8\xff' },
  { name: 'webp', text: 'WEBP', at: 8 },
  { name: 'tiff', text: 'II*\0' },
  { name: 'tiff', text: 'MM\0*' },
  { name: 'tiff', text: 'II+\0' },
  { name: 'tiff', text: 'MM\0+' },
];

/**
 * Its first 128 bytes are free, and may be the head of a TIFF so that viewers of those read the file too: it is asked
 * for first.
 */
const DICOM: Signature = { name: 'DICOM', text: 'DICM', at: 128 };

const GZIP = 'gzip (NIfTI?)';
/** As browsers' FileReader and JSON have files. */
const BASE64 = 'an image in base64';

/** Told apart only to say what came. */
const REFUSED: readonly Signature[] = [
  { name: 'PDF', text: '%PDF' },
  { name: 'GIF', text: 'GIF8' },
  { name: 'JPEG 2000', text: '\0\0\0\x0cjP' },
  { name: 'JPEG 2000', text: '\xff\x4f\xff\x51' },
  { name: 'JPEG XL', text: '\0\0\0\x0cJXL ' },
  { name: 'JPEG XL', text: '\xff\x0a' },
  { name: 'JPEG XR', text: 'II\xbc\x01' },
  { name: 'AVIF', text: 'ftypavi', at: 4 },
  { name: 'HEIC', text: 'ftyphei', at: 4 },
  { name: 'HEIC', text: 'ftyphev', at: 4 },
  { name: 'HEIC or AVIF', text: 'ftypmif', at: 4 },
  { name: 'video, or a photograph of a camera (MP4, CR3)', text: 'ftyp', at: 4 },
  { name: 'Photoshop (PSD)', text: '8BPS' },
  { name: 'OpenEXR', text: 'v/1\x01' },
  { name: 'Radiance HDR', text: '#?' },
  { name: 'FITS', text: 'SIMPLE  =' },
  { name: 'HDF5', text: '\x89HDF\r\n\x1a\n' },
  { name: 'NRRD', text: 'NRRD000' },
  { name: 'MetaImage', text: 'ObjectType' },
  { name: 'DjVu', text: 'AT&TFORM' },
  { name: 'NumPy', text: '\x93NUMPY' },
  { name: GZIP, text: '\x1f\x8b' },
  { name: 'NIfTI', text: 'n+1\0', at: 344 },
  { name: 'NIfTI', text: 'ni1\0', at: 344 },
  { name: 'ZIP', text: 'PK\x03\x04' },
  { name: BASE64, text: 'data:image/' },
  { name: BASE64, text: 'iVBORw0KGgo' },
  { name: BASE64, text: '/9j/' },
  { name: BASE64, text: 'UklGR' },
];

/** PBM, plain PGM and PPM, and PAM: a number and white space, or a comment. */
const NETPBM = /^P[1-47][\s#]/;
/** Binary PGM and PPM. */
const BINARY_NETPBM = /^P([56])[\s#]/;
/** The size of its second header, 14 bytes behind two letters that any text may begin with, is one of a few. */
const BMP = /^BM[^]{12}[\x0c\x10\x28\x34\x38\x40\x6c\x7c\xf0]\0\0\0/;

const NIFTI: readonly Signature[] = [
  { name: 'NIfTI', text: '\x5c\x01\0\0' },
  { name: 'NIfTI', text: 'n+1\0', at: 344 },
];

/** Enough of a file's first bytes to tell every format by. */
export const SNIFFED_BYTES = 512;

/** The format by the file's first bytes, never by a name; throws UNSUPPORTED_FORMAT or INVALID_IMAGE. */
export function sniffFormat(bytes: Uint8Array): ImageFormat {
  return sniffRaster(bytes) ?? sniffUncompressed(bytes) ?? refuseFormat(bytes);
}

/** PNG, JPEG, WebP or TIFF, or undefined. */
export function sniffRaster(bytes: Uint8Array): RasterFormat | undefined {
  const isLike = matcherOf(bytes);
  return isLike(DICOM) ? undefined : DECODED.find(isLike)?.name;
}

/** BMP, or binary PGM or PPM, or undefined. */
export function sniffUncompressed(bytes: Uint8Array): UncompressedFormat | undefined {
  if (matcherOf(bytes)(DICOM)) return undefined;
  const head = headOf(bytes);
  if (BMP.test(head)) return 'bmp';
  const [, number] = BINARY_NETPBM.exec(head) ?? [];
  return number === undefined ? undefined : number === '5' ? 'pgm' : 'ppm';
}

/** Says of a file that nobody reads what it is: throws UNSUPPORTED_FORMAT or INVALID_IMAGE. */
export function refuseFormat(bytes: Uint8Array, decoders: readonly Pick<ImageDecoder, 'sniff'>[] = []): never {
  const canRead = (signatures: readonly Signature[]): boolean => {
    const start = beginLike(signatures);
    return decoders.some((decoder) => decoder.sniff(start) !== undefined);
  };
  const readsNifti = canRead(NIFTI);
  const others = [...(canRead([DICOM]) ? ['DICOM'] : []), ...(readsNifti ? ['NIfTI'] : [])];
  const wanted = `Send ${others.length > 0 ? `${others.join(', ')}, ` : 'a '}PNG, JPEG, WebP, TIFF, BMP, PGM or PPM.`;
  if (bytes.length === 0) throw new ZooError('INVALID_IMAGE', `The image is empty (0 bytes). ${wanted}`);
  const head = headOf(bytes);
  const found = [DICOM, ...REFUSED].find(matcherOf(bytes))?.name ?? nameByText(head);
  if (found === undefined) {
    // Of a longer file only the start may be here.
    const which = bytes.length < SNIFFED_BYTES ? `The file of ${countOf(bytes.length, 'byte')}` : 'The file';
    throw new ZooError('INVALID_IMAGE', `${which} does not begin like an image. ${wanted}`);
  }
  const advice = `${wanted} ${adviceFor(found, readsNifti)}`;
  throw new ZooError('UNSUPPORTED_FORMAT', `This is ${found}, which is not read. ${advice}`, { details: { found } });
}

function adviceFor(found: string, readsNifti: boolean): string {
  if (readsNifti && found === GZIP) return 'What is compressed in it is no NIfTI.';
  if (readsNifti && found === 'NIfTI') return 'Its header is damaged.';
  if (found === BASE64) return 'Decode it first: what is read is the file itself.';
  if (found === DICOM.name) return 'A config reads DICOM with decoders: [dicom()] of @medzoo/dicom.';
  if (found.includes('NIfTI')) return 'A config reads NIfTI with decoders: [nifti()] of @medzoo/nifti.';
  return 'ImageMagick converts most formats: magick IN out.png';
}

/** The first bytes of a file of the format, by which a decoder shows that it reads it. */
function beginLike(signatures: readonly Signature[]): Uint8Array {
  const start = Buffer.alloc(SNIFFED_BYTES);
  for (const { text, at = 0 } of signatures) start.write(text, at, 'latin1');
  return start;
}

function nameByText(head: string): string | undefined {
  if (NETPBM.test(head)) return 'PBM, PAM, or PGM or PPM as text';
  return /<(svg|\?xml|!doctype)/i.test(head) ? 'SVG, XML or HTML' : undefined;
}

function matcherOf(bytes: Uint8Array): (signature: Signature) => boolean {
  const head = headOf(bytes);
  return ({ text, at = 0 }) => head.startsWith(text, at);
}

function headOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, SNIFFED_BYTES)).toString('latin1');
}
