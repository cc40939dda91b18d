import sharp from 'sharp';
import { expect, it } from 'vitest';
import { decodeImage } from '../decoding/decode-image.js';
import { fileOf } from '../decoding/image-file.js';
import { readNumbers, readTiff } from './read-tiff.js';
import { TAG } from './tags.js';

const [width, height] = [64, 48];
const noise = Uint8Array.from({ length: width * height }, (_, at) => (at * at * 31) % 251);

it.each(['none', 'lzw', 'deflate', 'packbits', 'jpeg'] as const)(
  'a TIFF in tiles of which the last is cut off is damaged, not black there (%s)',
  async (compression) => {
    const whole = await sharp(noise, { raw: { width, height, channels: 1 } })
      .tiff({ compression, tile: true, tileWidth: 16, tileHeight: 16, quality: 90 })
      .toBuffer();
    expect(await decodeImage(whole)).toMatchObject({ width, height });
    const tiff = await readTiff(fileOf(whole));
    const [page] = tiff.pages;
    const lengths = await readNumbers(tiff, page!, TAG.TileByteCounts, 12);
    // The directory lies behind the tiles: the last one is cut off by moving it to the end of the file.
    const cut = Buffer.from(whole);
    const { valuesAt } = page!.entries.get(TAG.TileOffsets)!;
    cut.writeUInt32LE(whole.length - Math.floor(lengths[11]! / 2), valuesAt + 11 * 4);
    await expect(decodeImage(cut)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  },
);

it.each(['lzw', 'deflate'] as const)(
  'a TIFF with a tile that cannot be unpacked is damaged (%s)',
  async (compression) => {
    const whole = await sharp(noise, { raw: { width, height, channels: 1 } })
      .tiff({ compression, tile: true, tileWidth: 16, tileHeight: 16 })
      .toBuffer();
    const tiff = await readTiff(fileOf(whole));
    const [offset] = await readNumbers(tiff, tiff.pages[0]!, TAG.TileOffsets, 1);
    const damaged = Buffer.from(whole).fill(0xff, offset! + 8, offset! + 40);
    await expect(decodeImage(damaged)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  },
);
