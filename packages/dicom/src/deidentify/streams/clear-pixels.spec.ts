import { isZooError } from '@medzoo/core/contract';
import { describe, expect, test } from 'vitest';
import { drawPicture, encodeStream, type Encoder } from '../../../test/encode-stream.js';
import { concat, fragments, imageEntries, latin, writeDicom, type Entry } from '../../../test/write-dicom.js';
import { mutate, seeded } from '../../../test/mutate.js';
import { createDicomDecoder, deidentifyDicom } from '../../index.js';

const decoder = createDicomDecoder();
const NAME = latin('Planted^Name');
const SYNTAX = '1.2.840.10008.1.2.4.';
const picture = drawPicture(12, 14, 1, 8);

const word = (value: number): number[] => [value >> 8, value & 255];
const long = (value: number): number[] => [...word(value >>> 16), ...word(value & 0xffff)];
const segment = (marker: number, body: Uint8Array): Uint8Array =>
  concat([Uint8Array.of(0xff, marker, ...word(body.length + 2)), body]);
const box = (kind: string, body: Uint8Array): Uint8Array =>
  concat([Uint8Array.from(long(body.length + 8)), latin(kind), body]);
const insert = (bytes: Uint8Array, at: number, piece: Uint8Array): Uint8Array =>
  concat([bytes.subarray(0, at), piece, bytes.subarray(at)]);
const find = (bytes: Uint8Array, marker: readonly number[]): number => Buffer.from(bytes).indexOf(Buffer.from(marker));

/** Wherever a JPEG may have a text. */
function commentJpeg(stream: Uint8Array): Uint8Array {
  const end = Buffer.from(stream).lastIndexOf(Buffer.of(0xff, 0xd9));
  return commentJpegLs(insert(stream, end, segment(0xfe, NAME)));
}

/** The same but for what its decoder does not take, between the pixels and the end. */
function commentJpegLs(stream: Uint8Array): Uint8Array {
  const jfif = segment(0xe0, concat([latin('JFIF\0'), latin('Planted^N'), NAME]));
  const adobe = segment(0xee, concat([latin('Adobe'), latin('Planted'), NAME]));
  const others = [0xfe, 0xe1, 0xe2, 0xe8, 0xef].map((marker) => segment(marker, NAME));
  const end = Buffer.from(stream).lastIndexOf(Buffer.of(0xff, 0xd9));
  return concat([insert(stream.subarray(0, end + 2), 2, concat([jfif, ...others])), adobe, NAME]);
}

/** In the main header, in that of the first tile part, and behind the image. */
function commentJpeg2000(stream: Uint8Array): Uint8Array {
  const comment = segment(0x64, concat([Uint8Array.of(0, 1), NAME]));
  const tile = find(stream, [0xff, 0x90]);
  const longer = Uint8Array.from(stream);
  const view = new DataView(longer.buffer);
  const length = view.getUint32(tile + 6);
  if (length > 0) view.setUint32(tile + 6, length + comment.length);
  return concat([insert(insert(longer, tile + 12, comment), tile, comment), NAME]);
}

const wrapJp2 = (stream: Uint8Array): Uint8Array =>
  concat([
    box('jP  ', Uint8Array.of(0x0d, 0x0a, 0x87, 0x0a)),
    box('ftyp', latin('jp2 \0\0\0\0jp2 ')),
    box('jp2h', concat([box('colr', concat([Uint8Array.of(2, 0, 0), NAME])), box('lbl ', NAME)])),
    box('xml ', NAME),
    box('jp2c', commentJpeg2000(stream)),
    box('uuid', NAME),
  ]);

const wrapJpegXl = (stream: Uint8Array): Uint8Array =>
  concat([
    box('JXL ', Uint8Array.of(0x0d, 0x0a, 0x87, 0x0a)),
    box('ftyp', latin('jxl \0\0\0\0jxl ')),
    ...[box('Exif', NAME), box('jxlc', stream), box('jbrd', NAME)],
  ]);

function write(streams: readonly Uint8Array[], syntax: string, pieces = streams): Uint8Array {
  const own: Entry[] = [
    ['00280008', 'IS', `${streams.length}`],
    ['00280010', 'US', [picture.rows]],
    ['00280011', 'US', [picture.columns]],
    fragments(pieces),
  ];
  return writeDicom(imageEntries(own, { bits: 8 }), { syntax: SYNTAX + syntax });
}

const hides = (bytes: Uint8Array): void => {
  expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/plant|ed\^n/i);
};

describe('comments in compressed pixels', () => {
  test.each<[string, string, Encoder, object, (stream: Uint8Array) => Uint8Array]>([
    ['JPEG', '50', 'Jpeg', { lossy: true }, commentJpeg],
    ['JPEG lossless', '57', 'Jpeg', { lossy: false, predictor: 1 }, commentJpeg],
    ['JPEG-LS', '80', 'JpegLs', {}, commentJpegLs],
    ['JPEG 2000', '90', 'Jpeg2000', {}, commentJpeg2000],
    ['JP2', '90', 'Jpeg2000', {}, wrapJp2],
    ['JPEG XL', '110', 'JpegXl', { lossy: false }, wrapJpegXl],
  ])('%s: go, and the pixels stay', async (_name, syntax, encoder, options, comment) => {
    const plain = await encodeStream(encoder, picture, { ...options });
    const stream = comment(plain);
    const bytes = write([stream, stream], syntax);
    const bare = deidentifyDicom(bytes, { key: 'k' });
    hides(bare);
    expect(bare.length - bytes.length).toBe(
      deidentifyDicom(write([plain, plain], syntax), { key: 'k' }).length - write([plain, plain], syntax).length,
    );
    const expected = await decoder.decodeStored(write([plain], syntax));
    for (const frame of [0, 1]) expect(await decoder.decodeStored(bare, { frame })).toEqual(expected);
  });

  test('HTJ2K: go out of its main header', async () => {
    const plain = await encodeStream('HtJpeg2000', picture);
    const tile = find(plain, [0xff, 0x90]);
    const bare = deidentifyDicom(write([insert(plain, tile, segment(0x64, NAME))], '201'), { key: 'k' });
    hides(bare);
    expect(await decoder.decodeStored(bare)).toEqual(await decoder.decodeStored(write([plain], '201')));
  });

  test('one that begins in one piece and ends in the next', async () => {
    const stream = insert(await encodeStream('Jpeg', picture, { lossy: true }), 2, segment(0xfe, NAME));
    const bytes = write([stream], '50', [stream.subarray(0, 12), stream.subarray(12)]);
    const bare = deidentifyDicom(bytes, { key: 'k' });
    hides(bare);
    expect(await decoder.decodeStored(bare)).toEqual(await decoder.decodeStored(bytes));
  });

  test.each([
    ['begins like no stream', NAME, 'begin like no stream'],
    ['has parts that cannot be told', Uint8Array.of(0xff, 0x4f, 0xff, 0x51, 0, 1, ...NAME), 'cannot be found'],
  ])('what %s is refused', (_name, stream, message) => {
    expect(() => deidentifyDicom(write([stream], '90'), { key: 'k' })).toThrow(message);
  });

  test('headers within headers, as deep as a file can have them, cost no stack', async () => {
    const deep = Buffer.alloc(8 * 50_000);
    for (let at = 0; at < deep.length; at += 8) {
      deep.writeUInt32BE(deep.length - at, at);
      deep.write('jp2h', at + 4, 'latin1');
    }
    const plain = await encodeStream('Jpeg2000', picture);
    const stream = concat([box('jP  ', Uint8Array.of(0x0d, 0x0a, 0x87, 0x0a)), deep, box('jp2c', plain)]);
    const bare = deidentifyDicom(write([stream], '90'), { key: 'k' });
    expect(await decoder.decodeStored(bare)).toEqual(await decoder.decodeStored(write([plain], '90')));
  });

  test.each<[Encoder, string, (stream: Uint8Array) => Uint8Array]>([
    ['Jpeg', '50', commentJpeg],
    ['Jpeg2000', '90', commentJpeg2000],
    ['Jpeg2000', '90', wrapJp2],
    ['JpegXl', '110', wrapJpegXl],
  ])('a hurt stream of %s (%s) is refused or read', async (encoder, syntax, comment) => {
    const stream = comment(await encodeStream(encoder, picture, encoder === 'Jpeg' ? { lossy: true } : {}));
    const random = seeded(7);
    for (let round = 0; round < 300; round += 1) {
      const bytes = write([mutate(stream, random)], syntax);
      try {
        deidentifyDicom(bytes, { key: 'k' });
      } catch (error) {
        expect(isZooError(error) && error.code).toBe('INVALID_IMAGE');
      }
    }
  });

  test('a compressed stream that is not encapsulated is refused', () => {
    const entries = imageEntries([['7fe00010', 'OB', NAME]], { bits: 8 });
    expect(() => deidentifyDicom(writeDicom(entries, { syntax: `${SYNTAX}50` }), { key: 'k' })).toThrow(
      'not encapsulated',
    );
  });
});
