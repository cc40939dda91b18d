import { isZooError } from '@medzoo/core/contract';
import { describe, expect, test } from 'vitest';
import { imageEntries, SYNTAX, writeDicom, type Entry } from '../../test/write-dicom.js';
import { createDicomDecoder } from '../index.js';

const decoder = createDicomDecoder();
const PIXELS: Entry = ['7fe00010', 'OW', [1, 2, 3, 4, 5, 6]];

function describeWith(own: readonly Entry[], frame = 0) {
  return decoder.describe(writeDicom(imageEntries([PIXELS, ...own])), { frame });
}

describe('spacing', () => {
  test('PixelSpacing has rows first', () => {
    expect(describeWith([['00280030', 'DS', '0.5\\0.25']]).spacing).toEqual({
      x: 0.25,
      y: 0.5,
      unit: 'mm',
      source: 'PixelSpacing',
    });
  });

  test("the detector's is never the patient's", () => {
    const detector: Entry = ['00181164', 'DS', '0.2\\0.2'];
    expect(describeWith([detector]).spacing).toMatchObject({ unit: 'mm at detector', source: 'ImagerPixelSpacing' });
    expect(describeWith([detector, ['00280030', 'DS', '0.2\\0.2']]).spacing).toMatchObject({ unit: 'mm at detector' });
    const calibrated: Entry[] = [
      ['00280030', 'DS', '0.2\\0.2'],
      ['00280a02', 'CS', 'FIDUCIAL'],
    ];
    expect(describeWith([detector, ...calibrated]).spacing).toMatchObject({ unit: 'mm', source: 'PixelSpacing' });
    expect(describeWith([detector, ['00280030', 'DS', '0.15\\0.15']]).spacing).toMatchObject({ unit: 'mm', x: 0.15 });
  });

  test('nor is that of a scanned film, which was exposed at the detector or printed at another size', () => {
    const film: Entry = ['00182010', 'DS', '0.1\\0.1'];
    expect(describeWith([film]).spacing).toMatchObject({
      unit: 'mm at detector',
      source: 'NominalScannedPixelSpacing',
    });
    const same: Entry = ['00280030', 'DS', '0.1\\0.1'];
    expect(describeWith([film, same]).spacing).toMatchObject({ unit: 'mm at detector', source: 'PixelSpacing' });
    const calibrated: Entry = ['00280a02', 'CS', 'FIDUCIAL'];
    expect(describeWith([film, same, calibrated]).spacing).toMatchObject({ unit: 'mm' });
    expect(describeWith([film, ['00280030', 'DS', '0.08\\0.08']]).spacing).toMatchObject({ unit: 'mm', x: 0.08 });
  });

  test('in functional groups, shared and per frame', () => {
    const measures = (spacing: string): Entry => ['00289110', 'SQ', [[['00280030', 'DS', spacing]]]];
    const own: Entry[] = [
      ['00280008', 'IS', '2'],
      ['7fe00010', 'OW', Array.from({ length: 12 }, () => 1)],
      ['52009229', 'SQ', [[measures('1\\1')]]],
      ['52009230', 'SQ', [[], [measures('2\\2')]]],
    ];
    expect(describeWith(own, 0).spacing).toMatchObject({ x: 1 });
    expect(describeWith(own, 1).spacing).toMatchObject({ x: 2 });
  });

  const region = (unit: number, delta: number, left: number): readonly Entry[] => [
    ['00186012', 'US', [1]],
    ['00186018', 'UL', [left]],
    ['0018601a', 'UL', [0]],
    ['0018601c', 'UL', [left + 1]],
    ['0018601e', 'UL', [1]],
    ['00186024', 'US', [unit]],
    ['00186026', 'US', [unit]],
    ['0018602c', 'FD', [delta]],
    ['0018602e', 'FD', [-delta]],
  ];

  test.each([
    [
      'centimetres become millimetres, within the region',
      [region(3, 0.02, 0)],
      { x: 0.2, y: 0.2, regions: [{ left: 0, right: 1 }] },
    ],
    ['a region of seconds has none', [region(4, 0.02, 0)], null],
    ['another region of seconds does not count', [region(3, 0.02, 0), region(4, 0.5, 1)], { x: 0.2 }],
    ['two that disagree leave none', [region(3, 0.02, 0), region(3, 0.03, 1)], null],
    ['more than are looked at leave none', Array.from({ length: 65 }, (_, left) => region(3, 0.02, left)), null],
  ])('ultrasound: %s', (_name, regions, expected) => {
    const { spacing } = describeWith([['00186011', 'SQ', regions]]);
    if (expected === null) expect(spacing).toBeNull();
    else expect(spacing).toMatchObject({ ...expected, unit: 'mm', source: 'SequenceOfUltrasoundRegions' });
  });

  test('none, and the shape of a pixel alone', () => {
    expect(describeWith([])).toMatchObject({ spacing: null, pixelAspectRatio: 1 });
    expect(describeWith([['00280034', 'IS', '6\\5']])).toMatchObject({ spacing: null, pixelAspectRatio: 1.2 });
  });
});

describe('flags', () => {
  test('an absent BurnedInAnnotation is not "no"', () => {
    expect(describeWith([]).flags).toEqual({ burnedIn: 'unknown', lossy: false, overlays: 0, padding: null });
    expect(describeWith([['00280301', 'CS', 'NO']]).flags.burnedIn).toBe('no');
    expect(describeWith([['00280301', 'CS', 'YES']]).flags.burnedIn).toBe('yes');
  });

  test('overlays and earlier losses', () => {
    expect(
      describeWith([
        ['60000010', 'US', [2]],
        ['60020010', 'US', [2]],
        ['00282110', 'CS', '01'],
      ]).flags,
    ).toMatchObject({
      overlays: 2,
      lossy: true,
    });
  });
});

describe('geometry', () => {
  test('position and directions; null for what cannot be', () => {
    const at: Entry = ['00200032', 'DS', '1\\2\\3'];
    expect(describeWith([at, ['00200037', 'DS', '1\\0\\0\\0\\1\\0']]).geometry).toEqual({
      position: [1, 2, 3],
      orientation: { row: [1, 0, 0], column: [0, 1, 0] },
    });
    expect(describeWith([at, ['00200037', 'DS', '1\\0\\0\\1\\0\\0']]).geometry).toBeNull();
    expect(describeWith([at]).geometry).toBeNull();
  });
});

describe('what is refused by name', () => {
  test.each([
    ['1.2.840.10008.5.1.4.1.1.104.1', /encapsulated document/],
    ['1.2.840.10008.5.1.4.1.1.88.33', /structured report/],
    ['1.2.840.10008.5.1.4.1.1.9.1.1', /waveform/],
    ['1.2.840.10008.5.1.4.1.1.11.1', /presentation state/],
    ['1.2.840.10008.5.1.4.1.1.481.5', /RT plan/],
    ['1.2.840.10008.5.1.4.1.1.481.3', /RT structure set/],
    ['1.2.840.10008.5.1.4.1.1.4.2', /spectroscopy/],
    ['1.2.840.10008.1.3.10', /DICOMDIR/],
  ])('%s', (uid, name) => {
    expect(() => describeWith([['00080016', 'UI', uid]])).toThrow(name);
  });

  test.each([
    [SYNTAX.mpeg, /H\.264/],
    ['1.2.840.10008.1.2.4.94', /JPIP/],
  ])('transfer syntax %s', (syntax, name) => {
    const bytes = writeDicom(imageEntries([PIXELS]), { syntax });
    expect(() => decoder.describe(bytes)).toThrow(name);
  });

  test('no pixels, other depths, other photometric interpretations', () => {
    expect(() => decoder.describe(writeDicom(imageEntries([])))).toThrow(/ends without pixels/);
    const bare = imageEntries([]).filter(([tag]) => tag !== '00280010');
    expect(() => decoder.describe(writeDicom(bare))).toThrow(/no pixel data/);
    expect(() => describeWith([['00280100', 'US', [12]]])).toThrow(/BitsAllocated/);
    expect(() => describeWith([['00280004', 'CS', 'CMYK']])).toThrow(/PhotometricInterpretation/);
  });

  test('limits', () => {
    const bytes = writeDicom(imageEntries([PIXELS]));
    for (const limits of [{ maxBytes: 10 }, { maxPixels: 5 }]) {
      expect(() => decoder.describe(bytes, { limits })).toThrow(
        expect.objectContaining({ code: 'IMAGE_TOO_LARGE' }) as Error,
      );
    }
    const many: Entry = ['00280008', 'IS', '30000'];
    expect(() => describeWith([many])).toThrow(expect.objectContaining({ code: 'IMAGE_TOO_LARGE' }) as Error);
  });
});

describe('identity', () => {
  const NAME = 'PLANTED^PATIENT';
  const TAGS = [
    '00080005 CS',
    '00080020 DA',
    '00080050 SH',
    '00080060 CS',
    '00080080 LO',
    '00080090 PN',
    '00081030 LO',
    '0008103e LO',
    '00081070 PN',
    '00100010 PN',
    '00100020 LO',
    '00100030 DA',
    '00104000 LT',
    '00180015 CS',
    '00181000 LO',
    '0020000d UI',
    '0020000e UI',
    '00200010 SH',
    '00204000 LT',
    '00280004 CS',
    '00280008 IS',
    '00280030 DS',
    '00281050 DS',
    '00281055 LO',
    '00281056 CS',
    '00280301 CS',
    '00324000 LT',
  ];

  test.each(TAGS)('a name in (%s) is in no description and in no error', async (tagAndVr) => {
    const [tag = '', vr = ''] = tagAndVr.split(' ');
    const bytes = writeDicom(imageEntries([PIXELS, [tag, vr, NAME]]));
    const outcomes = [
      () => decoder.describe(bytes),
      () => decoder.decodeFrame(bytes),
      () => decoder.decodeStored(bytes.subarray(0, -4)),
      () => decoder.decodeFrame(bytes, { frame: 9 }),
      () => decoder.seriesKey(bytes),
    ].map(async (ask) => {
      try {
        return await ask();
      } catch (error) {
        return isZooError(error)
          ? { ...error.toJSON(), stack: error.stack, cause: String(error.cause) }
          : String(error);
      }
    });
    expect(JSON.stringify(await Promise.all(outcomes))).not.toContain('PLANTED');
  });
});

test.each([
  ['modality', '00080060', 'CS', 'MR', 'DOE JANE'],
  ['bodyPart', '00180015', 'CS', 'WHOLE BODY', 'DOE JANE'],
  ['bodyPart', '00180015', 'CS', 'CHEST', '19610304'],
  ['sopClass', '00080016', 'UI', '1.2.840.10008.5.1.4.1.1.4', '1.3.6.1.4.1.9999.19610304'],
] as const)('%s is a word of the standard or null, since a name may be typed anywhere', (fact, tag, vr, word, name) => {
  expect(describeWith([[tag, vr, word]])[fact]).toBe(word);
  expect(describeWith([[tag, vr, name]])[fact]).toBeNull();
});
