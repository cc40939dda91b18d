import { deflateSync } from 'node:zlib';
import sharp from 'sharp';
import { type Attack, attack } from './attack.js';

const upload = (name: string, bytes: Uint8Array): Attack => attack(`image: ${name}`, 'POST /images', {}, bytes);

/** A PNG whose header promises more than it has; no checksum is right. */
function drawPngHeader(width: number, height: number, more = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 6, 0, 0, 0], 8);
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(type), data, Buffer.alloc(4)]);
  };
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', header),
    more,
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** A TIFF whose directories lead to one another. */
function drawTiffCircle(): Buffer {
  const tiff = Buffer.alloc(26);
  tiff.write('II*\0', 'latin1');
  tiff.writeUInt32LE(8, 4);
  tiff.writeUInt16LE(1, 8);
  tiff.writeUInt16LE(256, 10);
  tiff.writeUInt16LE(3, 12);
  tiff.writeUInt32LE(1, 14);
  tiff.writeUInt32LE(10, 18);
  tiff.writeUInt32LE(8, 22);
  return tiff;
}

/** Files: what they are, what they promise, and what is in them. */
export async function imageAttacks(): Promise<readonly Attack[]> {
  const background = 'black';
  const large = await sharp({ create: { width: 9000, height: 9000, channels: 3, background } })
    .png({ compressionLevel: 9, palette: true, colours: 2 })
    .toBuffer();
  const webp = await sharp({ create: { width: 7000, height: 7000, channels: 3, background } })
    .webp({ lossless: true })
    .toBuffer();
  return [
    upload('nothing', Buffer.alloc(0)),
    upload('zeros', Buffer.alloc(250_000)),
    upload('a signature', Buffer.from([137, 80, 78, 71, 13, 10, 26, 10])),
    upload('signatures', Buffer.alloc(250_000, Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]))),
    upload('JPEG markers', Buffer.alloc(250_000, Buffer.from([0xff, 0xd8, 0xff, 0xe0]))),
    upload(
      'a JPEG of comments',
      Buffer.concat([Buffer.from([0xff, 0xd8]), Buffer.alloc(250_000, Buffer.from([0xff, 0xfe, 0, 2]))]),
    ),
    upload('a PNG of 2^31 pixels a side', drawPngHeader(2 ** 31 - 1, 2 ** 31 - 1)),
    upload('a PNG of no pixels', drawPngHeader(0, 0)),
    upload(
      'a PNG of texts',
      drawPngHeader(5, 5, Buffer.alloc(240_000, Buffer.from('\0\0\0\x08tEXta\0bbbbbb\0\0\0\0', 'latin1'))),
    ),
    upload(
      'a PNG with a bomb for a text',
      drawPngHeader(
        5,
        5,
        Buffer.concat([Buffer.from('\0\x01\0\0zTXta\0\0', 'latin1'), deflateSync(Buffer.alloc(60_000_000))]),
      ),
    ),
    upload('a TIFF in a circle', drawTiffCircle()),
    upload('a TIFF of directories', Buffer.concat([drawTiffCircle(), Buffer.alloc(200_000, 1)])),
    upload(
      'a WebP of a length',
      Buffer.from('RIFF\xff\xff\xff\xffWEBPVP8X\x0a\0\0\0\xff\0\0\0\xff\xff\xff\xff\xff\xff', 'latin1'),
    ),
    upload('an SVG', Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${'<g>'.repeat(80_000)}`)),
    upload(
      'an SVG with entities',
      Buffer.from(
        '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>',
      ),
    ),
    upload('a GIF', Buffer.from('GIF89a\xff\xff\xff\xff\0\0\0', 'latin1')),
    upload('a PDF', Buffer.from('%PDF-1.7\n')),
    ...(large.length < 200_000 ? [upload('81 megapixels', large)] : []),
    upload('49 megapixels', webp),
  ];
}
