import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeTiff, type TiffForm, type TiffPageInput } from '../../../test/write-tiff.js';
import { decodeImage, describeImage } from '../decoding/decode-image.js';

const [width, height] = [13, 9];
const pixels = width * height;
const first = Uint8Array.from({ length: pixels }, (_, index) => (index * 7) % 251);
const second = Uint8Array.from(first, (value) => 255 - value);
const third = Uint8Array.from(first, (value) => value >> 1);
const deep = (values: Uint8Array): Uint16Array => Uint16Array.from(values, (value) => 1000 + 13 * value);

const FORMS: readonly (readonly [string, TiffForm])[] = [
  ['classic, little-endian', {}],
  ['classic, big-endian', { isBigEndian: true }],
  ['BigTIFF, little-endian', { isBig: true }],
  ['BigTIFF, big-endian', { isBig: true, isBigEndian: true }],
];

/** Each sample in a strip of its own; more than 16 strips are looked at. */
const planes = (samples: readonly (Uint8Array | Uint16Array)[], tags: TiffPageInput['tags'] = {}): TiffPageInput => {
  const bits = samples.map(({ BYTES_PER_ELEMENT }) => BYTES_PER_ELEMENT * 8);
  const rows = samples.flatMap((sample) =>
    Array.from({ length: height }, (_, row) => sample.subarray(row * width, (row + 1) * width)),
  );
  return { width, height, strips: rows, tags: { 258: bits, 277: [samples.length], 278: [1], 284: [2], ...tags } };
};

/** Each sample in one tile of 16 x 16. */
function tiled(samples: readonly Uint8Array[], photometric: number): Uint8Array {
  const tiles = samples.map((sample) =>
    Uint8Array.from({ length: 256 }, (_, at) => {
      const [x, y] = [at % 16, Math.floor(at / 16)];
      return x < width && y < height ? sample[y * width + x]! : 9;
    }),
  );
  const page = planes(samples, { 262: [photometric], 322: [16], 323: [16] });
  const bytes = writeTiff([{ ...page, strips: tiles }]);
  // The strips' offsets and lengths are the tiles' under other numbers, which come behind 284.
  return renameStrips(bytes);
}

function renameStrips(bytes: Uint8Array): Uint8Array {
  const view = Buffer.from(bytes);
  const directory = view.readUInt32LE(4);
  const count = view.readUInt16LE(directory);
  const entries = Array.from({ length: count }, (_, index) =>
    Buffer.from(view.subarray(directory + 2 + index * 12, directory + 14 + index * 12)),
  );
  for (const entry of entries) {
    if (entry.readUInt16LE(0) === 273) entry.writeUInt16LE(324, 0);
    if (entry.readUInt16LE(0) === 279) entry.writeUInt16LE(325, 0);
  }
  const kept = entries
    .filter((entry) => entry.readUInt16LE(0) !== 278)
    .sort((a, b) => a.readUInt16LE(0) - b.readUInt16LE(0));
  view.writeUInt16LE(kept.length, directory);
  kept.forEach((entry, index) => entry.copy(view, directory + 2 + index * 12));
  view.writeUInt32LE(0, directory + 2 + kept.length * 12);
  return view;
}

const data = async (bytes: Uint8Array, frame?: number): Promise<number[]> => {
  const image = await decodeImage(bytes, {}, { view: frame === undefined ? {} : { frame } });
  return [...image.data];
};

describe.each(FORMS)('a TIFF (%s)', (_, form) => {
  it.each([2, 3, 4])('of %s grey planes is its first sample, of 8 and of 16 bits', async (samples) => {
    const all = [first, second, third, first].slice(0, samples);
    expect(await data(writeTiff([planes(all)], form))).toEqual([...first]);
    const image = await decodeImage(writeTiff([planes(all.map(deep))], form));
    const [least, most] = [Math.min(...deep(first)), Math.max(...deep(first))];
    expect([...image.data]).toEqual([...deep(first)].map((v) => Math.round(((v - least) * 255) / (most - least))));
  });

  it('of grey and opacity in planes does not show what is hidden to the window', async () => {
    const grey = deep(first);
    grey[5] = 65_535;
    const opacity = new Uint16Array(pixels).fill(65_535);
    opacity[5] = 0;
    const { view } = await decodeImage(writeTiff([planes([grey, opacity], { 338: [2] })], form));
    expect(view.window!.center + view.window!.width / 2).toBe(Math.max(...deep(first)));
  });

  it('of planes of colour is those colours', async () => {
    const image = await decodeImage(writeTiff([planes([first, second, third], { 262: [2] })], form));
    expect(image.channels).toBe(3);
    expect([...image.data.subarray(0, 6)]).toEqual([first[0], second[0], third[0], first[1], second[1], third[1]]);
  });

  it('of several pages is read by the page, and says how many there are', async () => {
    const stack = writeTiff(
      [first, second, third].map((strip) => ({ width, height, strips: [strip] })),
      form,
    );
    expect(await data(stack)).toEqual([...first]);
    expect(await data(stack, 2)).toEqual([...third]);
    expect(await describeImage(stack, {}, { view: { frame: 1 } })).toMatchObject({
      frame: 1,
      frames: 3,
      width,
      height,
    });
    await expect(decodeImage(stack, {}, { view: { frame: 3 } })).rejects.toMatchObject({
      code: 'INVALID_PARAM',
      message: 'There is no frame 3 in this image: it has 3 frames, from 0 to 2.',
    });
  });

  it('whose first page is a thumbnail is read from the page that it stands for', async () => {
    const full = { width, height, strips: [first] };
    const small = { width: 5, height: 4, strips: [first.subarray(0, 20)] };
    const flagged = writeTiff([{ ...small, tags: { 254: [1] } }, full, { ...full, strips: [second] }], form);
    expect(await describeImage(flagged)).toMatchObject({ frame: 1, frames: 3, width, height });
    expect(await data(flagged)).toEqual([...first]);
    const older = writeTiff([{ ...small, tags: { 255: [2] } }, full], form);
    expect(await describeImage(older)).toMatchObject({ frame: 1 });
    const unsaid = writeTiff([small, full], form);
    expect(await describeImage(unsaid)).toMatchObject({ frame: 1 });
    expect(await data(unsaid, 0)).toEqual([...first.subarray(0, 20)]);
    const other = writeTiff(
      [
        { width: 4, height: 2, strips: [first.subarray(0, 8)] },
        { width: 9, height: 13, strips: [first] },
      ],
      form,
    );
    expect(await describeImage(other)).toMatchObject({ frame: 0, width: 4, height: 2 });
  });
});

describe('a TIFF', () => {
  it('of planes in tiles is read, grey and colour', async () => {
    expect(await data(tiled([first, second], 1))).toEqual([...first]);
    const colour = await decodeImage(tiled([first, second, third], 2));
    expect([...colour.data.subarray(0, 3)]).toEqual([first[0], second[0], third[0]]);
    expect([...colour.data.subarray(-3)]).toEqual([first.at(-1), second.at(-1), third.at(-1)]);
  });

  it('that stores white as 0 tells its window in stored values', async () => {
    const page = { width, height, strips: [deep(first)], tags: { 262: [0] } };
    const image = await decodeImage(writeTiff([page]));
    const [least, most] = [Math.min(...deep(first)), Math.max(...deep(first))];
    expect(image.view.window).toMatchObject({ center: (least + most) / 2, width: most - least, source: 'percentiles' });
    expect(image.data[0]).toBe(255);
    const { center, width: around } = image.view.window!;
    const again = await decodeImage(writeTiff([page]), {}, { view: { window: { center, width: around } } });
    expect([...again.data]).toEqual([...image.data]);
  });

  const page = (tags: TiffPageInput['tags'], strip: TiffPageInput['strips'][0] = first): Uint8Array =>
    writeTiff([{ width, height, strips: [strip], tags }]);
  const jpegIn = (marker: number, precision: number): Uint8Array =>
    page({ 259: [7] }, Uint8Array.of(0xff, 0xd8, 0xff, marker, 0, 11, precision, 0, 9, 0, 13, 1, 1, 0x11, 0));

  it.each<[string, Uint8Array]>([
    ['ZSTD', page({ 259: [50_000] })],
    ['LZMA', page({ 259: [34_925] })],
    ['LERC', page({ 259: [34_887] })],
    ['JPEG 2000', page({ 259: [34_712] })],
    ['JPEG XL', page({ 259: [50_002] })],
    ['JBIG', page({ 259: [34_661] })],
    ['old-style JPEG', page({ 259: [6] })],
    ['compression 12345', page({ 259: [12_345] })],
    ['10 bits', page({ 258: [10] })],
    ['12 bits', page({ 258: [12] })],
    ['32 bits', page({ 258: [32] })],
    ['8, 16 bits', page({ 258: [8, 16], 277: [2] })],
    ['float, 64 bits', page({ 339: [3] }, new Float64Array(pixels))],
    ['int, 16 bits', page({ 339: [2] }, deep(first))],
    ['CIELab', page({ 262: [8], 258: [8, 8, 8], 277: [3] })],
    ['a transparency mask', page({ 262: [4] })],
    ['a colour filter array', page({ 262: [32_803] })],
    ['YCbCr without JPEG', page({ 262: [6], 258: [8, 8, 8], 277: [3] })],
    ['of inks that are not', page({ 262: [5], 258: [8, 8, 8, 8], 277: [4], 332: [2] })],
    ['of inks that are not cyan', page({ 262: [5], 258: [8, 8, 8, 8, 8, 8], 277: [6], 332: [1] })],
    ['a lossless JPEG', jpegIn(0xc3, 8)],
    ['a JPEG of 12 bits', jpegIn(0xc1, 12)],
  ])('is refused by name, not called damaged, by decoding and by describing: %s', async (name, bytes) => {
    const refusal = { code: 'UNSUPPORTED_FORMAT', message: expect.stringContaining(name) as string };
    await expect(decodeImage(bytes)).rejects.toMatchObject(refusal);
    await expect(describeImage(bytes)).rejects.toMatchObject(refusal);
  });

  it('of several pages says which of them cannot be read, and alone does not', async () => {
    const one = { width, height, strips: [first] };
    const stack = writeTiff([one, { ...one, tags: { 259: [50_000] } }, { ...one, strips: [first.subarray(9)] }]);
    const which = async (frame: number): Promise<string> =>
      decodeImage(stack, {}, { view: { frame } }).then(String, (error: unknown) => (error as Error).message);
    expect(await which(1)).toMatch(/^Frame 1, of 3 from 0 to 2, cannot be read: This is a TIFF .*ZSTD/);
    expect(await which(2)).toMatch(/^Frame 2, .* is damaged or cut off/);
    const alone = decodeImage(writeTiff([{ ...one, tags: { 259: [50_000] } }]));
    await expect(alone).rejects.toThrow(/^This is a TIFF compressed with ZSTD/);
  });

  it('that is cut off or goes round in a circle is damaged', async () => {
    const stack = Buffer.from(writeTiff([first, second].map((strip) => ({ width, height, strips: [strip] }))));
    await expect(describeImage(stack.subarray(0, stack.length - 40))).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
    const round = Buffer.from(writeTiff([{ width, height, strips: [first] }]));
    const directory = round.readUInt32LE(4);
    round.writeUInt32LE(directory, directory + 2 + round.readUInt16LE(directory) * 12);
    await expect(describeImage(round)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });

  it('of more pages than anybody reads is refused before they are looked at', async () => {
    const bytes = Buffer.alloc(8 + 5000 * 18);
    bytes.write('II*\0', 'latin1');
    bytes.writeUInt32LE(8, 4);
    for (let at = 8; at < bytes.length; at += 18) {
      bytes.writeUInt16LE(1, at);
      bytes.writeUInt32LE(at + 18, at + 14);
    }
    await expect(describeImage(bytes)).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
  });
});

describe('an image at a path', () => {
  let folder: string;
  beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'medzoo-describe-'))));
  afterAll(() => rm(folder, { recursive: true }));

  it('is described, and refused, as in memory', async () => {
    const path = join(folder, 'stack');
    await writeFile(
      path,
      writeTiff(
        [first, second].map((strip) => ({ width, height, strips: [strip] })),
        { isBig: true },
      ),
    );
    expect(await describeImage(path)).toMatchObject({ format: 'tiff', width, height, frame: 0, frames: 2 });
    await writeFile(
      path,
      await sharp(first, { raw: { width, height, channels: 1 } })
        .png()
        .toBuffer(),
    );
    expect(await describeImage(path)).toMatchObject({ format: 'png', width, height, frame: 0, frames: 1 });
    await expect(describeImage(path, { maxSide: 12 })).rejects.toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });
});
