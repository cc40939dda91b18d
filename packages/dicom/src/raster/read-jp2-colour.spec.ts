import { decodeImage, describeImage, readStoredPixels } from '@medzoo/core';
import { expect, test } from 'vitest';
import { drawPicture, encodeStream } from '../../test/encode-stream.js';
import { rasterCodecs } from '../index.js';

const decoders = [rasterCodecs()];
const [rows, columns] = [9, 13];

function box(kind: string, ...parts: readonly (readonly number[] | Uint8Array)[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const header = Buffer.alloc(8);
  header.writeUInt32BE(8 + body.length);
  header.write(kind, 4, 'latin1');
  return Buffer.concat([header, body]);
}

/** A JP2 file around a codestream, with these boxes in its header. */
function wrap(codestream: Uint8Array, components: number, ...boxes: readonly Buffer[]): Buffer {
  return Buffer.concat([
    box('jP  ', [0x0d, 0x0a, 0x87, 0x0a]),
    box('ftyp', Buffer.from('jp2 \0\0\0\0jp2 ', 'latin1')),
    box('jp2h', box('ihdr', [0, 0, 0, rows, 0, 0, 0, columns, 0, components, 7, 7, 0, 0]), ...boxes),
    box('jp2c', codestream),
  ]);
}

const space = (number: number): Buffer => box('colr', [1, 0, 0, 0, 0, 0, number]);
const profile = (colours: string): Buffer =>
  box('colr', [2, 0, 0], new Uint8Array(16), Buffer.from(colours, 'latin1'), new Uint8Array(8));
const order = (...colours: readonly number[]): Buffer =>
  box('cdef', [0, colours.length], ...colours.map((colour, channel) => [0, channel, 0, 0, 0, colour]));

test('luma and chroma of a JP2 file become RGB, and are told as what is stored', async () => {
  const { values, ...size } = drawPicture(rows, columns, 3, 8);
  const [luma, blue, red] = [100, 90, 200];
  const stored = values.map((_, at) => [luma, blue, red][at % 3]!);
  const file = wrap(await encodeStream('Jpeg2000', { ...size, values: stored }), 3, space(18));
  const shown = await decodeImage(file, {}, { decoders });
  const expected = [luma + 1.402 * 72, luma + 0.344136 * 38 - 0.714136 * 72, luma - 1.772 * 38];
  expect([...shown.data.subarray(0, 3)]).toEqual(expected.map(Math.round));
  expect((await describeImage(file, {}, { decoders })).facts).toMatchObject({ photometric: 'YBR_FULL', samples: 3 });
  expect([...(await readStoredPixels(file, {}, { decoders })).data.subarray(0, 3)]).toEqual([luma, blue, red]);
});

test.each([
  ['sRGB', 3, [space(16)]],
  ['grey', 1, [space(17)]],
  ['a profile of RGB', 3, [profile('RGB ')]],
  ['components in their order', 3, [space(16), order(1, 2, 3)]],
  ['nothing about its colours', 3, []],
] as const)('a JP2 file with %s is read as it is stored', async (_, samples, boxes) => {
  const picture = drawPicture(rows, columns, samples, 8);
  const file = wrap(await encodeStream('Jpeg2000', picture), samples, ...boxes);
  expect([...(await decodeImage(file, {}, { decoders })).data]).toEqual(picture.values);
});

test.each([
  ['a palette', 1, [space(16), box('pclr', [0, 1, 3, 7, 7, 7, 1, 2, 3]), box('cmap', [0, 0, 1, 0])]],
  ['in another order', 3, [space(16), order(3, 2, 1)]],
  ['of the kind CIELab', 3, [space(14)]],
  ['of the kind CMY', 3, [space(11)]],
  ['neither of grey nor of RGB', 3, [profile('Lab ')]],
] as const)('a JP2 file with what would be shown wrongly is refused by name: %s', async (name, samples, boxes) => {
  const file = wrap(await encodeStream('Jpeg2000', drawPicture(rows, columns, samples, 8)), samples, ...boxes);
  const refusal = { code: 'UNSUPPORTED_FORMAT', message: expect.stringContaining(name) as string };
  await expect(decodeImage(file, {}, { decoders })).rejects.toMatchObject(refusal);
  await expect(describeImage(file, {}, { decoders })).rejects.toMatchObject(refusal);
});

test('components of different depths are refused', async () => {
  const stream = Buffer.from(await encodeStream('Jpeg2000', drawPicture(rows, columns, 3, 8)));
  const depths = stream.indexOf(Buffer.from([0xff, 0x51])) + 40;
  stream[depths + 3] = 5;
  await expect(decodeImage(stream, {}, { decoders })).rejects.toMatchObject({
    code: 'UNSUPPORTED_FORMAT',
    message: expect.stringContaining('different depths') as string,
  });
});
