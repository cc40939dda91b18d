import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { drawPicture, encodeStream } from '../../test/encode-stream.js';
import { concat, fragments, imageEntries, latin, SYNTAX, writeDicom, type Entry } from '../../test/write-dicom.js';
import { createDicomDecoder, deidentifyDicom } from '../index.js';

const decoder = createDicomDecoder();
const NAME = latin('Planted^Name');
const GREYS = [1, 2, 300, 4, 5, 65_535];
const words = (...numbers: number[]): Uint8Array => new Uint8Array(Uint16Array.from(numbers).buffer);
const PIXELS = words(...GREYS);
const wide = (...numbers: number[]): Uint8Array => new Uint8Array(BigUint64Array.from(numbers, BigInt).buffer);

const write = (own: readonly Entry[], syntax: string = SYNTAX.explicit): Uint8Array =>
  writeDicom(imageEntries(own), { syntax });

async function expectHidden(bytes: Uint8Array, greys: readonly number[] = GREYS): Promise<void> {
  expect(Buffer.from(bytes).toString('latin1')).toContain('Planted');
  const bare = deidentifyDicom(bytes, { key: 'k' });
  expect(Buffer.from(bare).toString('latin1')).not.toMatch(/Plant|anted|Name/);
  expect(decoder.describe(bare)).toEqual(decoder.describe(bytes));
  const { data } = await decoder.decodeStored(bare);
  expect([...data]).toEqual(greys);
}

describe('what no pixel and no number is read from', () => {
  test.each([
    ['behind Rows', '00280010', [2]],
    ['behind BitsStored', '00280101', [16]],
    ['behind a padding value', '00280120', [7]],
    ['behind a smallest value', '00280106', [1]],
    ['behind the size of a LUT', '00281101', [1, 0, 16]],
    ['behind a LUT', '00281201', [9]],
    ['in the place of a pointer to frames', '00280009', []],
    ['in a LUT of no size', '00281202', []],
    ['behind the size of an overlay', '60000010', [2]],
    ['behind the origin of an overlay', '60000050', [1, 1]],
  ])('a name %s', async (_name, tag, numbers) => {
    const others: Entry[] = [
      ['00281101', 'US', [1, 0, 16]],
      ['60000010', 'US', [2]],
      ['60000011', 'US', [3]],
    ];
    for (const vr of ['US', 'OB', 'UN']) {
      const planted: Entry = [tag, vr, concat([words(...numbers), NAME])];
      const entries: Entry[] = [...others.filter(([other]) => other !== tag), planted, ['7fe00010', 'OW', PIXELS]];
      await expectHidden(write(entries));
      if (vr === 'UN') await expectHidden(write(entries, SYNTAX.implicit));
    }
  });

  test.each([
    ['of bytes', [40, 0, 8], '00281201', new Uint8Array(40)],
    ['of segments', [3, 0, 16], '00281221', words(0, 1, 7, 1, 2, 9)],
    ['of segments of bytes', [3, 0, 8], '00281221', Uint8Array.of(0, 3, 7, 8, 9)],
    ['of damaged segments', [3, 0, 16], '00281221', words(777, 888)],
  ] as const)('a name behind a table %s', async (name, size, tag, table) => {
    const planted: Entry = [tag, 'OW', concat([table, NAME])];
    const bytes = write([['00281101', 'US', [...size]], planted, ['7fe00010', 'OW', PIXELS]]);
    await expectHidden(bytes);
    expect(Buffer.from(deidentifyDicom(bytes, { key: 'k' })).includes(Buffer.from(table))).toBe(
      !name.includes('damaged'),
    );
  });

  test.each([
    ['explicit', SYNTAX.explicit],
    ['implicit', SYNTAX.implicit],
  ])('%s: a name behind the last pixel', async (_name, syntax) => {
    await expectHidden(write([['7fe00010', 'OW', concat([PIXELS, NAME])]], syntax));
  });

  test.each(['7fe00001', '7fe00002', '7fe00008', '7fe00009'])('a name in %s, beside the pixels', async (tag) => {
    await expectHidden(write([[tag, 'OB', NAME], ['7fe00010', 'OW', PIXELS]])); // prettier-ignore
  });
});

describe('what no pixel of another encapsulated frame is read from', () => {
  const UNCOMPRESSED = '1.2.840.10008.1.2.1.98';
  const DEFLATED = '1.2.840.10008.1.2.8.1';

  test.each([
    ['uncompressed', UNCOMPRESSED, PIXELS],
    ['deflated', DEFLATED, deflateRawSync(PIXELS)],
  ])('%s: a name behind the last pixel', async (_name, syntax, frame) => {
    await expectHidden(write([fragments([concat([frame, NAME])])], syntax));
  });

  test('a piece before the first frame', async () => {
    const streams = await Promise.all(
      [1, 2].map(() => encodeStream('Jpeg', drawPicture(2, 3, 1, 8), { lossy: false })),
    );
    const pieces = streams.map((stream) => (stream.length % 2 === 0 ? stream : concat([stream, Uint8Array.of(0)])));
    const own: Entry[] = [['00280008', 'IS', '2'], fragments([NAME, ...pieces])];
    const bytes = writeDicom(imageEntries(own, { bits: 8 }), { syntax: SYNTAX.lossless });
    await expectHidden(bytes, [...(await decoder.decodeStored(bytes)).data]);
  });
});

describe('what no pixel of a run-length encoded frame is read from', () => {
  const bytesOf = (shift: number): Uint8Array => Uint8Array.from(GREYS, (grey) => (grey >> shift) & 255);
  const literal = (bytes: Uint8Array): Uint8Array => concat([Uint8Array.of(bytes.length - 1), bytes]);

  /** Two segments, of which the first begins at `start`. */
  function rle(
    [high, low]: readonly [Uint8Array, Uint8Array],
    start = 64,
    gap: Uint8Array = new Uint8Array(),
  ): Uint8Array {
    const header = new Uint8Array(start);
    const view = new DataView(header.buffer);
    [2, start, start + high.length].forEach((number, index) => view.setUint32(index * 4, number, true));
    header.set(gap, start - gap.length);
    const bytes = concat([header, high, low]);
    return bytes.length % 2 === 0 ? bytes : concat([bytes, Uint8Array.of(0)]);
  }
  const plain = [literal(bytesOf(8)), literal(bytesOf(0))] as const;
  const longer = (shift: number): Uint8Array => literal(concat([bytesOf(shift), NAME]));

  test.each([
    ['behind the last segment', rle([plain[0], concat([plain[1], NAME])])],
    ['between segments', rle([concat([plain[0], NAME]), plain[1]])],
    ['in a run that is too long', rle([longer(8), longer(0)])],
    ['in places of segments that are not there', rle(plain, 64, NAME)],
    ['before the first segment', rle(plain, 80, NAME)],
  ])('a name %s', async (_name, frame) => {
    await expectHidden(write([fragments([frame])], SYNTAX.rle));
  });

  test.each([1, 2])('a name in the table of offsets of %s frames', async (frames) => {
    const own: Entry[] = [['00280008', 'IS', `${frames}`]];
    const pieces = Array.from({ length: frames }, () => rle(plain));
    await expectHidden(write([...own, fragments(pieces, NAME)], SYNTAX.rle));
  });

  test('a table of offsets that fits stays', () => {
    const frame = rle(plain);
    const table = new Uint8Array(Uint32Array.of(0, frame.length + 8).buffer);
    const bytes = write([['00280008', 'IS', '2'], fragments([frame, frame], table)], SYNTAX.rle);
    const bare = Buffer.from(deidentifyDicom(bytes, { key: 'k' }));
    expect(bare.includes(Buffer.from(table))).toBe(true);
  });

  test('a table of offsets that does not fit is an empty one, as readers of other programs expect', () => {
    const bareWith = (table?: Uint8Array) =>
      deidentifyDicom(write([['00280008', 'IS', '2'], fragments([rle(plain), rle(plain)], table)], SYNTAX.rle), {
        key: 'k',
      });
    expect(bareWith(NAME)).toEqual(bareWith());
  });

  test('lengths of frames are those of their pieces, or one less, and no text', async () => {
    const frame = rle(plain);
    const writeLengths = (lengths: Uint8Array): Uint8Array =>
      write(
        [
          ['00280008', 'IS', '2'],
          ['7fe00001', 'OB', wide(0, frame.length + 8)],
          ['7fe00002', 'OB', lengths],
          fragments([frame, frame]),
        ],
        SYNTAX.rle,
      );
    await expectHidden(writeLengths(concat([NAME, new Uint8Array(4)])));
    const [given, fitted] = [wide(frame.length - 1, 999), wide(frame.length - 1, frame.length)];
    expect(Buffer.from(deidentifyDicom(writeLengths(given), { key: 'k' })).includes(Buffer.from(fitted))).toBe(true);
  });

  const run = Uint8Array.of(257 - GREYS.length, 0x2f);
  test.each([
    [
      'run-length encoded',
      SYNTAX.rle,
      rle([literal(Uint8Array.of(0x20, 0x2f, 0, 1, 0x44, 0x20)), plain[1]]),
      [0, 15, 0, 1, 0x44, 0],
    ],
    ['of one run', SYNTAX.rle, rle([run, plain[1]]), [257 - GREYS.length, 0x0f]],
    ['of uncompressed pieces', '1.2.840.10008.1.2.1.98', words(0x2001, 0x2fff, 2, 3, 4, 5), [1, 0, 0xff, 0x0f]],
  ])('bits of an overlay, %s', async (_name, syntax, frame, expected) => {
    const entries = imageEntries([['60000102', 'US', [13]], fragments([frame])], { stored: 12 });
    const bytes = writeDicom(entries, { syntax });
    const bare = deidentifyDicom(bytes, { key: 'k' });
    expect((await decoder.decodeStored(bare)).data).toEqual((await decoder.decodeStored(bytes)).data);
    expect(Buffer.from(bare).includes(Buffer.from(expected))).toBe(true);
  });

  test('of a damaged frame nothing stays, and of the others all does', async () => {
    const damaged = Uint8Array.from(rle(plain, 80, NAME));
    damaged[0] = 9;
    const bytes = write([['00280008', 'IS', '2'], fragments([rle(plain), damaged])], SYNTAX.rle);
    const bare = deidentifyDicom(bytes, { key: 'k' });
    expect(Buffer.from(bare).toString('latin1')).not.toContain('Planted');
    expect([...(await decoder.decodeStored(bare)).data]).toEqual(GREYS);
    await expect(decoder.decodeStored(bare, { frame: 1 })).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });
});
