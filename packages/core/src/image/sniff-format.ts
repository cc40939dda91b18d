import { ZooError } from '../contract/index.js';

/** The formats that are decoded. */
export type ImageFormat = 'png' | 'jpeg' | 'webp' | 'tiff';

/** What a file's first bytes say: text in latin1, `at` an offset. */
interface Signature {
  readonly name: string;
  readonly text: string;
  readonly at?: number;
}

const DECODED: readonly (Signature & { readonly name: ImageFormat })[] = [
  { name: 'png', text: '\x89PNG\r\n\x1a\n' },
  { name: 'jpeg', text: '\xff\xd8\xff' },
  { name: 'webp', text: 'WEBP', at: 8 },
  { name: 'tiff', text: 'II*\0' },
  { name: 'tiff', text: 'MM\0*' },
  { name: 'tiff', text: 'II+\0' },
  { name: 'tiff', text: 'MM\0+' },
];

/** Its first 128 bytes are free, and may be the head of a TIFF so that viewers of those read the file too: it is asked for first. */
const DICOM: Signature = { name: 'DICOM', text: 'DICM', at: 128 };

/** Told apart only to say what came. */
const REFUSED: readonly Signature[] = [
  { name: 'PDF', text: '%PDF' },
  { name: 'GIF', text: 'GIF8' },
  { name: 'BMP', text: 'BM' },
  { name: 'JPEG 2000', text: '\0\0\0\x0cjP' },
  { name: 'JPEG 2000', text: '\xff\x4f\xff\x51' },
  { name: 'HEIC, AVIF or video', text: 'ftyp', at: 4 },
  { name: 'gzip (NIfTI?)', text: '\x1f\x8b' },
  { name: 'NIfTI', text: 'n+1\0', at: 344 },
  { name: 'ZIP', text: 'PK\x03\x04' },
];

const WANTED = 'Send a PNG, JPEG, WebP or TIFF.';

/** The format by the file's first bytes, never by a name; throws UNSUPPORTED_FORMAT or INVALID_IMAGE. */
export function sniffFormat(bytes: Uint8Array): ImageFormat {
  if (bytes.length === 0) throw new ZooError('INVALID_IMAGE', `The image is empty (0 bytes). ${WANTED}`);
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, 512)).toString('latin1');
  const isLike = ({ text, at = 0 }: Signature): boolean => head.startsWith(text, at);

  const decoded = isLike(DICOM) ? undefined : DECODED.find(isLike);
  if (decoded) return decoded.name;
  const refused =
    [DICOM, ...REFUSED].find(isLike)?.name ?? (/<(svg|\?xml|!doctype)/i.test(head) ? 'SVG, XML or HTML' : undefined);
  if (refused !== undefined) {
    throw new ZooError('UNSUPPORTED_FORMAT', `This is ${refused}, which is not read. ${WANTED}`, {
      details: { found: refused },
    });
  }
  throw new ZooError('INVALID_IMAGE', `These ${bytes.length} bytes do not begin like an image. ${WANTED}`);
}
