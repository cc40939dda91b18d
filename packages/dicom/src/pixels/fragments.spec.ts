import { describe, expect, test } from 'vitest';
import { encodeStream, drawPicture } from '../../test/encode-stream.js';
import { framesOf } from '../../test/frames-of.js';
import { concat, fragments, imageEntries, SYNTAX, writeDicom, type Entry } from '../../test/write-dicom.js';

describe('pieces of encapsulated pixels', () => {
  const pictures = [drawPicture(6, 8, 1, 8), drawPicture(6, 8, 1, 8)];
  pictures[1] = { ...pictures[1]!, values: pictures[1]!.values.map((value) => 255 - value) };
  const words = (...numbers: number[]) => new Uint8Array(Uint32Array.from(numbers).buffer);
  const even = (bytes: Uint8Array) => (bytes.length % 2 === 0 ? bytes : concat([bytes, Uint8Array.of(0)]));

  async function write(make: (streams: Uint8Array[]) => Entry[]): Promise<Uint8Array> {
    const streams = await Promise.all(pictures.map((picture) => encodeStream('Jpeg', picture, { lossy: false })));
    const size: Entry[] = [
      ['00280008', 'IS', '2'],
      ['00280010', 'US', [6]],
      ['00280011', 'US', [8]],
    ];
    return writeDicom(imageEntries([...size, ...make(streams.map(even))], { bits: 8 }), { syntax: SYNTAX.lossless });
  }
  const halves = (bytes: Uint8Array) => [bytes.subarray(0, 40), bytes.subarray(40)];

  test.each([
    ['one a frame, without an offset table', (streams: Uint8Array[]) => [fragments(streams)]],
    ['one a frame, with a wrong offset table', (streams: Uint8Array[]) => [fragments(streams, words(0, 9999))]],
    [
      'two a frame, with an offset table',
      ([one, two]: Uint8Array[]) => [fragments([...halves(one!), ...halves(two!)], words(0, one!.length + 16))],
    ],
    [
      'two a frame, found by their markers',
      ([one, two]: Uint8Array[]) => [fragments([...halves(one!), ...halves(two!)])],
    ],
    [
      'two a frame, with an extended offset table',
      ([one, two]: Uint8Array[]): Entry[] => [
        ['7fe00001', 'OV', words(0, 0, one!.length + 16, 0)],
        fragments([...halves(one!), ...halves(two!)]),
      ],
    ],
  ])('%s', async (_name, make) => {
    expect(await framesOf(await write(make))).toEqual(pictures.map(({ values }) => values));
  });

  test('more frames than there are pieces', async () => {
    await expect(framesOf(await write(([one]) => [fragments([one!])]))).rejects.toMatchObject({
      code: 'INVALID_IMAGE',
    });
  });
});
