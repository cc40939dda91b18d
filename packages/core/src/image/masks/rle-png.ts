import type { Bytes, Rle } from '../../contract/index.js';
import { loadSharp } from '../raster/load-sharp.js';
import { decodeRle } from './rle.js';

/** The mask as an 8-bit grey PNG of the image's size, 255 where there is mask, else 0. */
export async function rleToPng(rle: Rle): Promise<Bytes> {
  const { width, height } = rle.size;
  const sharp = await loadSharp();
  return sharp(decodeRle(rle, 255), { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}
