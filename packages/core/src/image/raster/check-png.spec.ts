import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { decodeImage, describeImage, readStoredPixels } from '../decoding/decode-image.js';

const [width, height] = [5, 3];
const stored = Uint8Array.from({ length: width * height }, (_, at) => at * 10);

function chunk(name: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** A TIFF of one tag, as EXIF is: how the picture is turned. */
const exif = (orientation: number): Buffer =>
  chunk(
    'eXIf',
    Buffer.from([0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 1, 18, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0]),
  );

/** A PNG with chunks in front of its pixels and behind them. */
async function drawPng(early: readonly Buffer[], late: readonly Buffer[]): Promise<Buffer> {
  const png = await sharp(stored, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
  const [first, last] = [8 + 25, png.length - 12];
  return Buffer.concat([png.subarray(0, first), ...early, png.subarray(first, last), ...late, png.subarray(last)]);
}

/** Row by row: what was the first column, from the bottom up, is the first row. */
const turned = Array.from({ length: width }, (_, x) => [2, 1, 0].map((y) => stored[y * width + x]!)).flat();

test.each([
  ['in front of its pixels', [exif(6)], []],
  ['behind them', [], [exif(6)]],
  ['behind them, after a text', [], [chunk('tEXt', Buffer.from('Comment\0x')), exif(6)]],
  ['in both places, of which the first one counts', [exif(6)], [exif(3)]],
] as const)('a PNG whose EXIF stands %s is turned as that says', async (_, early, late) => {
  const png = await drawPng(early, late);
  expect(await describeImage(png)).toMatchObject({ width: height, height: width });
  const image = await decodeImage(png);
  expect([image.width, image.height, ...image.data]).toEqual([height, width, ...turned]);
  expect([...(await readStoredPixels(png)).data]).toEqual(turned);
  const folder = await mkdtemp(join(tmpdir(), 'medzoo-png-'));
  try {
    await writeFile(join(folder, 'turned'), png);
    expect(await describeImage(join(folder, 'turned'))).toMatchObject({ width: height, height: width });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test.each([
  ['is cut off', exif(6).subarray(0, 20)],
  ['is longer than any', chunk('eXIf', new Uint8Array(70_000))],
] as const)('a PNG whose EXIF behind its pixels %s is read as it is stored', async (_, late) => {
  const png = (await drawPng([], [late])).subarray(0, -12);
  expect([...(await decodeImage(png)).data]).toEqual([...stored]);
});
