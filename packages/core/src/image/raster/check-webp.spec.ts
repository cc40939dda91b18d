import sharp from 'sharp';
import { beforeAll, expect, it } from 'vitest';
import { describeImage } from '../decoding/decode-image.js';

let pixels: Buffer;

beforeAll(async () => {
  const picture = sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } });
  pixels = (await picture.webp().toBuffer()).subarray(12);
});

function chunk(name: string, data: Uint8Array): Buffer {
  const head = Buffer.from(`${name}\0\0\0\0`, 'latin1');
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
}

/** An animation of 8 x 8 pixels. */
function drawAnimation(frames: number): Buffer {
  const size = [7, 0, 0, 7, 0, 0];
  const frame = chunk('ANMF', Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 0, ...size, 0, 0, 0, 0]), pixels]));
  const content = [chunk('VP8X', Buffer.from([2, 0, 0, 0, ...size])), chunk('ANIM', Buffer.alloc(6))];
  const all = Buffer.concat([Buffer.from('WEBP'), ...content, ...Array<Buffer>(frames).fill(frame)]);
  const riff = Buffer.from('RIFF\0\0\0\0', 'latin1');
  riff.writeUInt32LE(all.length, 4);
  return Buffer.concat([riff, all]);
}

it('an animation is read up to the number of frames that libvips finds in time', async () => {
  expect(await describeImage(drawAnimation(100))).toMatchObject({ frames: 100, width: 8 });
  expect(await describeImage(drawAnimation(8192))).toMatchObject({ frames: 8192 });
});

it('what stands behind the end of the image counts as no frame', async () => {
  const still = Buffer.concat([drawAnimation(1), Buffer.alloc(80_000)]);
  expect(await describeImage(still)).toMatchObject({ width: 8, height: 8 });
});

it('an animation of more frames is refused before libvips looks for them', async () => {
  const startedAt = performance.now();
  await expect(describeImage(drawAnimation(200_000))).rejects.toMatchObject({
    code: 'UNSUPPORTED_FORMAT',
    message: 'This is a WebP of more than 8192 frames, which is not read here. Split it into several files.',
  });
  await expect(describeImage(drawAnimation(8193))).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
  expect(performance.now() - startedAt).toBeLessThan(5000); // libvips: 50 s
});
