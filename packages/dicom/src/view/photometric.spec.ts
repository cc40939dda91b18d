import { describe, expect, test } from 'vitest';
import { drawPicture, encodeStream } from '../../test/encode-stream.js';
import { show, window } from '../../test/show-values.js';
import { fragments, SYNTAX, type Entry } from '../../test/write-dicom.js';

describe('photometric interpretation', () => {
  test('MONOCHROME1 is inverted last', async () => {
    const shown = await show([['00280004', 'CS', 'MONOCHROME1'], ...window('250', '501')]);
    expect(shown.data).toEqual([255, 204, 153, 102, 51, 0]);
    expect(shown.photometric).toBe('inverted');
  });

  test.each([
    ['MONOCHROME1', 'INVERSE', true],
    ['MONOCHROME1', 'IDENTITY', true],
    ['MONOCHROME2', 'INVERSE', true],
    ['MONOCHROME2', 'IDENTITY', false],
  ])('%s with a PresentationLUTShape of %s', async (photometric, shape, isInverted) => {
    const entries: Entry[] = [['00280004', 'CS', photometric], ['20500020', 'CS', shape], ...window('250', '501')];
    const straight = [0, 51, 102, 153, 204, 255];
    expect((await show(entries)).data).toEqual(isInverted ? straight.toReversed() : straight);
  });

  const palette = (bits: number, entries: readonly number[], vr = 'OW'): Entry[] => [
    ['00280004', 'CS', 'PALETTE COLOR'],
    ...['1', '2', '3'].flatMap((channel): Entry[] => [
      [`0028110${channel}`, 'US', [entries.length, 10, bits]],
      [`0028120${channel}`, vr, entries.map((entry) => Math.max(0, entry - (Number(channel) - 1)))],
    ]),
    ['7fe00010', 'OB', Uint8Array.of(0, 10, 11, 12, 13, 255)],
  ];

  test.each([
    ['16 bits', palette(16, [0x1000, 0x8000, 0xff00, 0x0100]), [16, 128, 255, 1]],
    ['16 bits that hold values of 8', palette(16, [16, 128, 255, 2]), [16, 128, 255, 2]],
    ['8 bits, one a word', palette(8, [16, 128, 255, 2]), [16, 128, 255, 2]],
    ['8 bits, one a byte', palette(8, [16, 128, 255, 2], 'OB'), [16, 128, 255, 2]],
  ])('PALETTE COLOR of %s', async (_name, own, levels) => {
    const shown = await show(own, {}, { bits: 8 });
    const red = shown.data.filter((_, index) => index % 3 === 0);
    expect(red).toEqual([levels[0], levels[0], levels[1], levels[2], levels[3], levels[3]]);
    expect(shown).toMatchObject({ channels: 3, window: null, photometric: 'palette' });
  });

  test.each([SYNTAX.explicit, SYNTAX.big])('a segmented palette in %s', async (syntax) => {
    // Discrete (2 entries), linear (3 more up to 0x5000), then both again by an indirect segment at byte 0.
    const segments = [0, 2, 0x1000, 0x2000, 1, 3, 0x5000, 2, 2, 0, 0];
    const channels = ['1', '2', '3'].flatMap((channel): Entry[] => [
      [`0028110${channel}`, 'US', [10, 0, 16]],
      [`0028122${channel}`, 'OW', segments],
    ]);
    const own: Entry[] = [
      ['00280004', 'CS', 'PALETTE COLOR'],
      ...channels,
      ['7fe00010', 'OB', Uint8Array.of(0, 1, 2, 4, 5, 9)],
    ];
    const shown = await show(own, {}, { bits: 8 }, { syntax });
    expect(shown.data.filter((_, index) => index % 3 === 0)).toEqual([0x10, 0x20, 0x30, 0x50, 0x10, 0x50]);
  });

  // Of the second kind 360 kB took 19 seconds: each of 5,000 segments calls 20,000 that have no entries.
  test.each([
    ['calls itself', [2, 1, 0, 0]],
    ['has segments without entries', [...Array.from({ length: 8 }, () => [0, 0]).flat(), 2, 8, 0, 0, 0, 4, 1, 2, 3, 4]],
  ])('a segmented palette that %s is refused', async (_, segments) => {
    const channels = ['1', '2', '3'].flatMap((channel): Entry[] => [
      [`0028110${channel}`, 'US', [4, 0, 16]],
      [`0028122${channel}`, 'OW', segments],
    ]);
    const own: Entry[] = [['00280004', 'CS', 'PALETTE COLOR'], ...channels];
    await expect(show(own)).rejects.toMatchObject({ code: 'INVALID_IMAGE' });
  });

  const colour = (photometric: string, bits: number, values: readonly number[]) =>
    show(
      [
        ['00280002', 'US', [3]],
        ['00280004', 'CS', photometric],
        ['00280010', 'US', [1]],
        ['00280011', 'US', [1]],
        ['7fe00010', bits > 8 ? 'OW' : 'OB', values],
      ],
      {},
      { bits },
    );

  test('RGB of 16 bits, and YBR_FULL', async () => {
    expect((await colour('RGB', 16, [0, 0x8080, 0xffff])).data).toEqual([0, 128, 255]);
    expect((await colour('YBR_FULL', 8, [76, 85, 255])).data).toEqual([254, 0, 0]);
    expect((await colour('YBR_RCT', 8, [76, 85, 255])).data).toEqual([76, 85, 255]);
  });

  test('XYB, which the decoder of JPEG XL makes RGB, and nothing else does', async () => {
    const picture = drawPicture(2, 3, 3, 8);
    const own: Entry[] = [
      ['00280002', 'US', [3]],
      ['00280004', 'CS', 'XYB'],
    ];
    const stream = await encodeStream('JpegXl', picture, { lossy: false });
    const pixels = fragments([stream]);
    const shown = await show([...own, pixels], {}, { bits: 8 }, { syntax: '1.2.840.10008.1.2.4.112' });
    expect(shown).toMatchObject({ data: picture.values, photometric: 'as stored' });
    await expect(show(own, {}, { bits: 8 })).rejects.toThrow('JPEG XL alone');
  });
});
