import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { expect, test } from 'vitest';
import { readStoredPixels } from '../decoding/decode-image.js';

/** Saturated colours, which two colour spaces write most differently; sRGB. */
const colours = Uint8Array.from([250, 20, 20, 20, 230, 40, 30, 40, 220, 128, 128, 128, 200, 180, 20, 60, 200, 190]);
const size = { width: 6, height: 1 };

const shallow = (): Sharp => sharp(colours, { raw: { ...size, channels: 3 } });
const deep = (): Sharp =>
  sharp(
    Uint16Array.from(colours, (value) => value * 257),
    { raw: { ...size, channels: 3 } },
  ).toColourspace('rgb16');

/** A PNG with this profile behind its header. */
async function attach(image: Sharp, profile: Uint8Array): Promise<Buffer> {
  const png = await image.png().toBuffer();
  const body = Buffer.concat([Buffer.from('iCCPx\0\0', 'latin1'), deflateSync(profile)]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(body.length - 4);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([png.subarray(0, 33), ends.subarray(0, 4), body, ends.subarray(4), png.subarray(33)]);
}

/** Of the values that are read from those that were drawn, in steps of 8 bits. */
async function largestGap(bytes: Uint8Array): Promise<number> {
  const { data, dtype } = await readStoredPixels(bytes);
  const scale = dtype === 'uint16' ? 257 : 1;
  return Math.max(...Array.from(data, (value, at) => Math.abs(value / scale - colours[at]!)));
}

test.each([
  ['8', shallow],
  ['16', deep],
] as const)('colours of %s bits with a profile become sRGB', async (_, draw) => {
  const { icc } = await sharp(await shallow().withIccProfile('srgb').png().toBuffer()).metadata();
  expect(await largestGap(await attach(draw(), icc!))).toBeLessThan(3);
});

test('colours of 16 bits without a profile, or with one that is none, are taken as they are', async () => {
  expect(await largestGap(await deep().png().toBuffer())).toBe(0);
  expect(await largestGap(await attach(deep(), new Uint8Array(200)))).toBe(0);
});
