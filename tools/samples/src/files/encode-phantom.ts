import sharp, { type Sharp } from 'sharp';
import type { Phantom } from '../phantom.js';
import type { SampleFormat } from '../samples.js';

/** Ten bits, as some film digitisers have: the file stays small. */
const FILM_LEVELS = 1023;

/** The phantom as the bytes of an image file, without metadata. */
export async function encodePhantom(phantom: Phantom, format: SampleFormat): Promise<Uint8Array> {
  switch (format) {
    case 'png':
      return toSharp(phantom, 255).png({ compressionLevel: 9 }).toBuffer();
    case 'png16':
      return toSharp(phantom, FILM_LEVELS)
        .toColourspace('grey16')
        .png({ compressionLevel: 9, adaptiveFiltering: true })
        .toBuffer();
    case 'jpeg':
      return toSharp(phantom, 255).jpeg({ quality: 88 }).toBuffer();
    case 'webp':
      return toSharp(phantom, 255).webp({ quality: 90 }).toBuffer();
    case 'tiff':
      return toSharp(phantom, 255).tiff({ compression: 'deflate', predictor: 'horizontal' }).toBuffer();
  }
}

/** A truth mask (uint8 [height, width], 0 and 1) as the bytes of a grey PNG, 0 and 255. */
export async function encodeMask(mask: Uint8Array, size: Phantom['size']): Promise<Uint8Array> {
  return encodeValues(
    mask.map((value) => value * 255),
    size,
  );
}

/** A mask of several targets (uint8 [height, width], a value for each) as the bytes of a grey PNG of those values. */
export async function encodeValues(values: Uint8Array, size: Phantom['size']): Promise<Uint8Array> {
  return sharp(values, { raw: { ...size, channels: 1 } })
    .toColourspace('b-w')
    .png({ compressionLevel: 9 })
    .toBuffer();
}

function toSharp({ size, channels, pixels }: Phantom, levels: number): Sharp {
  const values = levels > 255 ? new Uint16Array(pixels.length) : new Uint8Array(pixels.length);
  pixels.forEach((value, index) => (values[index] = Math.round(value * levels)));
  const image = sharp(values, { raw: { ...size, channels } });
  return channels === 1 ? image.toColourspace('b-w') : image;
}
