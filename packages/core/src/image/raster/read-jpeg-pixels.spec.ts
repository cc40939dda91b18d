import sharp from 'sharp';
import { expect, test } from 'vitest';
import { decodeImage } from '../decoding/decode-image.js';

const [width, height] = [160, 120];
const noise = Uint8Array.from({ length: width * height * 3 }, (_, at) => (at * at * 31) % 251);

const draw = (options: { readonly progressive?: boolean } = {}): Promise<Buffer> =>
  sharp(noise, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 90, mozjpeg: false, ...options })
    .toBuffer();

/** The stretch of the pixels that begins at this share of the file, changed. */
function spoil(jpeg: Buffer, share: number, value: number): Buffer {
  const at = Math.floor(jpeg.length * share);
  return Buffer.from(jpeg).fill(value, at, at + 60);
}

test.each([
  ['a marker in them', {}, 0.3, 0xff],
  ['a marker near their end', {}, 0.9, 0xff],
  ['zeros in progressive ones', { progressive: true }, 0.3, 0],
] as const)('a JPEG whose pixels are lost, by %s, is damaged and not grey there', async (_, options, share, value) => {
  const jpeg = await draw(options);
  expect(await decodeImage(jpeg)).toMatchObject({ width, height });
  await expect(decodeImage(spoil(jpeg, share, value))).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
});

/** With the byte that lies so far behind a marker changed. */
function change(jpeg: Buffer, marker: number, behind: number, value: number): Buffer {
  const changed = Buffer.from(jpeg);
  changed[changed.indexOf(Buffer.from([0xff, marker])) + behind] = value;
  return changed;
}

test.each([
  ['a scan that does not say all of what it holds', (jpeg: Buffer) => change(jpeg, 0xda, 12, 0)],
  [
    'bytes between two segments',
    (jpeg: Buffer) => {
      const at = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
      return Buffer.concat([jpeg.subarray(0, at), Buffer.alloc(3), jpeg.subarray(at)]);
    },
  ],
  [
    'bytes behind its pixels',
    (jpeg: Buffer) => Buffer.concat([jpeg.subarray(0, -2), Buffer.alloc(9), jpeg.subarray(-2)]),
  ],
] as const)('a JPEG with %s, which libjpeg warns of, is read as any', async (_, spoilHarmlessly) => {
  const jpeg = await draw();
  const odd = await decodeImage(spoilHarmlessly(jpeg));
  expect(Buffer.compare(odd.data, (await decodeImage(jpeg)).data)).toBe(0);
});
