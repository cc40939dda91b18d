import { deflateRawSync, deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { concat, imageEntries, latin, SYNTAX, writeDicom, writeEntries, type Entry } from '../../test/write-dicom.js';
import { createDicomDecoder } from '../index.js';

const VALUES = [1, 2, 3, 4, 500, 65_535];
const GREY = imageEntries([['7fe00010', 'OW', VALUES]]);
const decoder = createDicomDecoder();

async function valuesOf(bytes: Uint8Array): Promise<number[]> {
  return Array.from((await decoder.decodeStored(bytes)).data);
}

describe('what a file may begin with', () => {
  test.each([
    ['preamble and meta group', writeDicom(GREY)],
    ['no preamble', writeDicom(GREY, { preamble: false })],
    ['"DICM" without preamble', concat([latin('DICM'), writeDicom(GREY, { preamble: false })])],
    ['no meta group, explicit', writeDicom(GREY, { preamble: false, meta: false })],
    ['no meta group, implicit', writeDicom(GREY, { preamble: false, meta: false, syntax: SYNTAX.implicit })],
    ['no meta group, big endian', writeDicom(GREY, { preamble: false, meta: false, syntax: SYNTAX.big })],
    ['implicit', writeDicom(GREY, { syntax: SYNTAX.implicit })],
    ['an explicit syntax over implicit bytes', writeDicom(GREY, { explicit: false })],
    ['an implicit syntax over explicit bytes', writeDicom(GREY, { syntax: SYNTAX.implicit, explicit: true })],
    ['big endian', writeDicom(GREY, { syntax: SYNTAX.big })],
  ])('%s', async (_name, bytes) => {
    expect(decoder.sniff(bytes.subarray(0, 512))).toBe(true);
    expect(await valuesOf(bytes)).toEqual(VALUES);
  });

  test.each([
    ['a PNG', latin('\x89PNG\r\n\x1a\n'.padEnd(200, '\0'))],
    ['a JPEG', latin('\xff\xd8\xff\xe0'.padEnd(200, '\0'))],
    ['a TIFF', latin('II*\0\x08\0\0\0'.padEnd(200, '\0'))],
    ['zeros', new Uint8Array(4096)],
    ['nothing', new Uint8Array()],
  ])('%s is no DICOM', (_name, bytes) => {
    expect(decoder.sniff(bytes)).toBe(false);
  });

  test('a TIFF in the preamble is DICOM all the same', () => {
    const bytes = writeDicom(GREY);
    bytes.set(latin('II*\0'));
    expect(decoder.sniff(bytes)).toBe(true);
  });
});

describe('deflated data sets', () => {
  const head = writeDicom([], { syntax: SYNTAX.deflated });
  const body = writeEntries(GREY, true, true);

  test.each([
    ['as the standard says', deflateRawSync(body)],
    ['with a header of zlib', deflateSync(body)],
  ])('%s', async (_name, deflated) => {
    expect(await valuesOf(concat([head, deflated]))).toEqual(VALUES);
  });

  test('one that inflates beyond the limit is refused before it is whole', () => {
    const bomb = concat([head, deflateRawSync(new Uint8Array(2 ** 22))]);
    expect(() => createDicomDecoder({ limits: { maxInflatedBytes: 2 ** 20 } }).describe(bomb)).toThrow(
      expect.objectContaining({ code: 'IMAGE_TOO_LARGE' }) as Error,
    );
  });

  test('one that was cut off is damaged', () => {
    const cut = deflateRawSync(body).subarray(0, 20);
    expect(() => decoder.describe(concat([head, cut]))).toThrow(
      expect.objectContaining({ code: 'INVALID_IMAGE' }) as Error,
    );
  });
});

describe('elements', () => {
  test('64-bit representations, which dicom-parser does not know', async () => {
    const odd: Entry[] = [
      ['00189999', 'UV', new Uint8Array(8)],
      ['7fe00001', 'OV', new Uint8Array(16)],
    ];
    expect(await valuesOf(writeDicom(imageEntries([...odd, ['7fe00010', 'OW', VALUES]])))).toEqual(VALUES);
  });

  test('implicit pixels that begin like a sequence item are pixels', async () => {
    const trap = [0xfffe, 0xe000, 3, 4, 5, 6];
    const bytes = writeDicom(imageEntries([['7fe00010', 'OW', trap]]), { syntax: SYNTAX.implicit });
    expect(await valuesOf(bytes)).toEqual(trap);
  });

  test('junk behind the pixels is left alone', async () => {
    expect(await valuesOf(concat([writeDicom(GREY), Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9)]))).toEqual(VALUES);
  });

  test('a file that was cut off is refused', async () => {
    const bytes = writeDicom(GREY);
    await expect(valuesOf(bytes.subarray(0, -2))).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });

  test('more elements than the limit are refused', () => {
    const many = Array.from({ length: 200 }, (_, index): Entry => [`0019${(0x1000 + index).toString(16)}`, 'US', [1]]);
    const strict = createDicomDecoder({ limits: { maxElements: 100 } });
    expect(() => strict.describe(writeDicom(imageEntries([...many, ['7fe00010', 'OW', VALUES]])))).toThrow(
      expect.objectContaining({ code: 'IMAGE_TOO_LARGE' }) as Error,
    );
  });

  test.each([20, 20_000])('sequences nested %i deep are refused', (depth) => {
    // Items and sequences of undefined length that are never closed: 20 bytes a level.
    const level = Uint8Array.of(
      0x40,
      0,
      0x30,
      0xa7,
      0x53,
      0x51,
      0,
      0,
      255,
      255,
      255,
      255,
      0xfe,
      255,
      0,
      0xe0,
      255,
      255,
      255,
      255,
    );
    const bomb = concat([writeDicom(imageEntries([])), ...Array.from({ length: depth }, () => level)]);
    expect(() => decoder.describe(bomb)).toThrow(expect.objectContaining({ code: 'INVALID_IMAGE' }) as Error);
  });

  test('a transfer syntax of nobody is refused by its UID', () => {
    expect(() => decoder.describe(writeDicom(GREY, { syntax: '1.2.3.4' }))).toThrow(/1\.2\.3\.4/);
  });
});
