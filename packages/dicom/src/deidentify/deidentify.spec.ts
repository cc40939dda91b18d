import { describe, expect, test } from 'vitest';
import { imageEntries, SYNTAX, writeDicom, type Entry } from '../../test/write-dicom.js';
import { readShared, sharedFiles } from '../../test/shared.js';
import { createDicomDecoder, deidentifyDicom } from '../index.js';

const decoder = createDicomDecoder();
const NAME = 'Planted^Name';

/**
 * Twenty places in which a patient's name has been seen, one of them private and one within a sequence that is kept.
 */
const PLANTED: readonly Entry[] = [
  ['00080018', 'UI', '1.2.3.4'],
  ['00080050', 'SH', NAME],
  ['00080080', 'LO', NAME],
  ['00080090', 'PN', NAME],
  ['00081010', 'SH', NAME],
  ['00081030', 'LO', NAME],
  ['0008103e', 'LO', NAME],
  ['00081048', 'PN', NAME],
  ['00081050', 'PN', NAME],
  ['00081070', 'PN', NAME],
  ['00082111', 'ST', NAME],
  ['00090010', 'LO', NAME],
  ['00091001', 'LT', NAME],
  ['00100010', 'PN', NAME],
  ['00100020', 'LO', NAME],
  ['00101001', 'PN', NAME],
  ['00104000', 'LT', NAME],
  ['00181030', 'LO', NAME],
  ['0020000e', 'UI', '1.2.3.5'],
  ['00204000', 'LT', NAME],
  ['00281055', 'LO', NAME],
  ['00283010', 'SQ', [[['00283002', 'US', [2, 0, 16]], ['00283003', 'LO', NAME], ['00283006', 'US', [0, 65_535]]]]],
  ['00321032', 'PN', NAME],
  ['00400275', 'SQ', [[['00400007', 'LO', NAME]]]],
  ['0040a123', 'PN', NAME],
]; // prettier-ignore

const plant = (...own: readonly Entry[]): readonly Entry[] =>
  imageEntries([...PLANTED, ['7fe00010', 'OW', [1, 2, 300, 4, 5, 65_535]], ...own]);

const asBytes = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

const hides = (bytes: Uint8Array): void => {
  expect(Buffer.from(bytes).toString('latin1')).not.toMatch(/planted/i);
};

describe('deidentifyDicom', () => {
  test.each([
    ['00080005', 'CS'],
    ['00080008', 'CS'],
    ['00080060', 'CS'],
    ['00180015', 'CS'],
    ['00185101', 'CS'],
    ['00209056', 'SH'],
    ['00280030', 'DS'],
    ['00281050', 'DS'],
    ['00281052', 'DS'],
    ['00281056', 'CS'],
    ['00080016', 'UI'],
    ['00280106', 'LO'],
    ['20500020', 'CS'],
  ])('a name in %s, which stays for what it usually holds, is left out', (tag, vr) => {
    const entries = plant().filter(([other]) => other !== tag);
    hides(deidentifyDicom(writeDicom([...entries, [tag, vr, 'PLANTED NAME']]), { key: 'k' }));
  });

  test.each([
    ['explicit', SYNTAX.explicit],
    ['implicit', SYNTAX.implicit],
    ['big endian', SYNTAX.big],
  ])('%s: no name is left, and the picture stays', async (_name, syntax) => {
    const bytes = writeDicom(plant(), { syntax });
    const bare = deidentifyDicom(bytes, { key: 'k' });
    hides(bare);
    expect(await decoder.decodeStored(bare)).toEqual(await decoder.decodeStored(bytes));
    const [before, after] = [await decoder.decodeFrame(bytes), await decoder.decodeFrame(bare)];
    expect([after.data, after.window]).toEqual([before.data, before.window]);
  });

  test.each(['INVERSE', 'IDENTITY'])('a PresentationLUTShape of %s: shows itself as before', async (shape) => {
    const bytes = writeDicom(plant(['20500020', 'CS', shape]));
    const { data, photometric } = await decoder.decodeFrame(deidentifyDicom(bytes, { key: 'k' }));
    const before = await decoder.decodeFrame(bytes);
    expect([data, photometric]).toEqual([before.data, before.photometric]);
    expect(photometric).toBe(shape === 'INVERSE' ? 'inverted' : 'as stored');
  });

  test('files of a series stay one, under another name, and are equal for equal files', () => {
    const slices = [1, 2].map((slice) => writeDicom(plant(['00200013', 'IS', String(slice)])));
    const [first, second] = slices.map((bytes) => deidentifyDicom(bytes, { key: 'k' }));
    expect(decoder.seriesKey(first!)).toBe(decoder.seriesKey(second!));
    expect(decoder.seriesKey(first!)).not.toBe(decoder.seriesKey(slices[0]!));
    expect(Buffer.from(first!).toString('latin1')).not.toMatch(/1\.2\.3\.[45]/);
    expect(deidentifyDicom(slices[0]!, { key: 'k' })).toEqual(first);
    expect(deidentifyDicom(slices[0]!, { key: 'another' })).not.toEqual(first);
  });

  test('a kept tag that is written as a sequence hides nothing', () => {
    const disguised: Entry = ['00080008', 'SQ', [[['00100010', 'PN', NAME]]]];
    hides(deidentifyDicom(writeDicom(plant(disguised)), { key: 'k' }));
  });

  test.each([
    ['1.2.840.10008.5.1.4.1.1.7', true],
    ['1.2.840.10008.5.1.4.1.1.19610304', false],
    ['1.3.6.1.4.1.9999.19610304', false],
  ])('of the class %s it stays that it is of the standard: %s', (sopClass, stays) => {
    const bare = deidentifyDicom(writeDicom(plant(['00080016', 'UI', sopClass])), { key: 'k' });
    expect(Buffer.from(bare).toString('latin1').includes(sopClass)).toBe(stays);
  });

  test('an overlay goes, since names are drawn into it, and it is told that there was one', () => {
    const overlay: Entry[] = [
      ['60000010', 'US', [8]],
      ['60000011', 'US', [NAME.length]],
      ['60000040', 'CS', 'G'],
      ['60000050', 'SS', [1, 1]],
      ['60000100', 'US', [1]],
      ['60000102', 'US', [0]],
      ['60003000', 'OW', Buffer.from(NAME)],
    ];
    const bare = deidentifyDicom(writeDicom(plant(...overlay)), { key: 'k' });
    hides(bare);
    expect(decoder.describe(bare).flags.overlays).toBe(1);
  });

  test.each([
    ['little endian', SYNTAX.explicit],
    ['big endian', SYNTAX.big],
  ])('%s: an overlay in unused bits of pixels goes, and values stay', async (_name, syntax) => {
    const own: Entry[] = [
      ['60000010', 'US', [2]],
      ['60000102', 'US', [13]],
      ['60020010', 'US', [2]],
      ['60020102', 'US', [5]], // says to lie in the values
      ['7fe00010', 'OW', [0x2001, 0x2fff, 0x0002, 0x2123, 0x4456, 0x2000]],
    ];
    const bytes = writeDicom(imageEntries(own, { stored: 12 }), { syntax });
    const bare = deidentifyDicom(bytes, { key: 'k' });
    expect((await decoder.decodeStored(bare)).data).toEqual((await decoder.decodeStored(bytes)).data);
    const view = new DataView(Uint8Array.from(bare.subarray(-12)).buffer);
    const words = [0, 1, 2, 3, 4, 5].map((at) => view.getUint16(2 * at, syntax !== SYNTAX.big));
    expect(words).toEqual([0x0001, 0x0fff, 0x0002, 0x0123, 0x4456, 0x0000]);
  });

  test('an overlay below the values goes too', async () => {
    const own: Entry[] = [
      ['00280102', 'US', [15]],
      ['60000102', 'US', [0]],
      ['7fe00010', 'OW', [0x0011, 0x0021, 0x0030, 0x0041, 0x0051, 0xfff1]],
    ];
    const bytes = writeDicom(imageEntries(own, { stored: 12 }));
    const bare = deidentifyDicom(bytes, { key: 'k' });
    expect((await decoder.decodeStored(bare)).data).toEqual((await decoder.decodeStored(bytes)).data);
    expect(bare.at(-2)).toBe(0xf0);
  });

  test('pixels within a sequence go', () => {
    const nested: Entry = ['00283010', 'SQ', [[['7fe00010', 'OB', Buffer.from(NAME)]]]];
    hides(deidentifyDicom(writeDicom(plant(nested)), { key: 'k' }));
  });

  test('a preamble and what is behind the pixels go', () => {
    const bytes = Buffer.from(writeDicom(plant(['fffcfffc', 'OB', Buffer.from(NAME)])));
    bytes.write(NAME, 3);
    hides(deidentifyDicom(bytes, { key: 'k' }));
  });

  test.each(sharedFiles())('%s: describes itself as before', async (name) => {
    const bytes = readShared(name);
    let before: ReturnType<typeof decoder.describe>;
    try {
      before = decoder.describe(bytes);
    } catch {
      return; // refused before anything is taken out
    }
    const bare = deidentifyDicom(bytes, { key: 'k' });
    expect(decoder.describe(bare)).toEqual(before);
    const frame = before.frames - 1;
    const stored = await decoder.decodeStored(bytes, { frame }).catch(() => undefined);
    if (!stored) return;
    const { data } = await decoder.decodeStored(bare, { frame });
    expect(asBytes(data).equals(asBytes(stored.data))).toBe(true);
  });
});
