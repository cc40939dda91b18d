import { decodeRle } from '@medzoo/core';
import type { ImageMask } from '@medzoo/core/contract';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CONCEPTS, drawMask, NOTHING, PROVENANCE, RING, segmentation, SPOT } from '../../test/answers.js';
import { drawEnhanced, drawSlice, drawUltrasound, type Drawn } from '../../test/dicom-files.js';
import { bytesOf, codeOf, itemsAt, numbersOf, readDicom, textOf } from '../../test/read-dicom.js';
import type { AnsweredFrame } from '../answered.js';
import { readDicomSource } from '../source/dicom-source.js';
import { writeSeg, type SegOptions } from './write-seg.js';

const FRAMES = 'x52009230';

function slice(z: number, masks: readonly ImageMask[], changes: Record<string, Drawn | undefined> = {}): AnsweredFrame {
  return { source: readDicomSource(drawSlice(z, changes)), value: segmentation(...masks), provenance: PROVENANCE };
}

async function write(frames: readonly AnsweredFrame[], options: Partial<SegOptions> = {}) {
  const { bytes } = await writeSeg(frames, { concepts: CONCEPTS, ...options });
  return readDicom(bytes);
}

/** The frames' pixels: a bit or a byte each. */
function pixelsOf(file: ReturnType<typeof readDicom>): number[][] {
  const bytes = bytesOf(file, 'x7fe00010');
  const [rows, columns, bits] = ['x00280010', 'x00280011', 'x00280100'].map((tag) => file.uint16(tag)!) as [
    number,
    number,
    number,
  ];
  const pixel = (at: number): number => (bits === 1 ? (bytes[at >> 3]! >> (at & 7)) & 1 : bytes[at]!);
  return Array.from({ length: Number(textOf(file, 'x00280008')) }, (_, frame) =>
    Array.from({ length: rows * columns }, (__, at) => pixel(frame * rows * columns + at)),
  );
}

const bitmapOf = ({ rle }: ImageMask): number[] => [...decodeRle(rle)];

afterEach(() => vi.restoreAllMocks());

describe('writeSeg', () => {
  it('refuses frames whose embeddings are of two files of the encoder: it names one', async () => {
    const [first, second] = [slice(0, [RING]), slice(3, [RING])];
    const encoder = { ...PROVENANCE.encoder, sha256: '34'.repeat(32) };
    const other = { ...second, provenance: { ...PROVENANCE, encoder, encoderPrecision: 'int8-static' } };
    await expect(write([first, other])).rejects.toThrow('sam-med2d-tiny in reference and of sam-med2d-tiny in int8');
  });

  it('writes a series by label and position, and leaves out empty frames', async () => {
    const file = await write([
      slice(6, [RING, SPOT]),
      slice(0, [RING, NOTHING]),
      slice(3, [NOTHING_OF('lungs'), SPOT]),
    ]);
    expect(pixelsOf(file)).toEqual([RING, RING, SPOT, SPOT].map(bitmapOf));
    const frames = itemsAt(file, FRAMES);
    const places = frames.map((frame) => [
      itemsAt(frame, 'x0062000a')[0]!.uint16('x0062000b'),
      numbersOf(itemsAt(frame, 'x00209113')[0]!, 'x00200032')[2],
      itemsAt(frame, 'x00209111')[0]!.uint32('x00209157', 1),
      itemsAt(frame, 'x00089124', 0, 'x00082112')[0]!.string('x00081155'),
    ]);
    const uid = (z: number) => `1.2.826.0.1.99.${1_000_000 + 100 * z}`;
    expect(places).toEqual([
      [1, 0, 1, uid(0)],
      [1, 6, 3, uid(6)],
      [2, 3, 2, uid(3)],
      [2, 6, 3, uid(6)],
    ]);
    const [shared] = itemsAt(file, 'x52009229');
    expect(numbersOf(itemsAt(shared!, 'x00289110')[0]!, 'x00280030')).toEqual([0.8, 0.5]);
    expect(numbersOf(itemsAt(shared!, 'x00289110')[0]!, 'x00180088')).toEqual([3]);
    expect(numbersOf(itemsAt(shared!, 'x00209116')[0]!, 'x00200037')).toEqual([1, 0, 0, 0, 1, 0]);
  });

  it('packs frames bit by bit, also where they end within a byte', async () => {
    const size = { width: 5, height: 3 };
    const masks = [0, 1, 2].map((k) => drawMask('lungs', (x, y) => (x + 2 * y + k) % 3 === 0, size));
    const frames = masks.map((mask, z) => slice(z, [mask], { '00280010 US': 3, '00280011 US': 5 }));
    expect(pixelsOf(await write(frames))).toEqual(masks.map(bitmapOf));
  });

  it('names the label in codes, the algorithm, its version and the digest of its weights', async () => {
    const file = await write([slice(0, [RING, SPOT])]);
    const [lungs, polyp] = itemsAt(file, 'x00620002');
    expect([textOf(polyp!, 'x00620005'), polyp!.uint16('x00620004'), textOf(polyp!, 'x00620008')]).toEqual([
      'polyp',
      2,
      'AUTOMATIC',
    ]);
    expect(codeOf(polyp!, 'x00620003')).toBe('49755003 SCT Morphologically Abnormal Structure');
    expect(codeOf(polyp!, 'x0062000f')).toBe('68496003 SCT Polyp of colon');
    expect(codeOf(polyp!, 'x00082218')).toBe('71854001 SCT Colon');
    expect(codeOf(itemsAt(lungs!, 'x0062000f')[0]!, 'x00620011')).toBe('51440002 SCT Right and left');
    const [algorithm] = itemsAt(polyp!, 'x00620007');
    expect(textOf(algorithm!, 'x00660036')).toBe('automed');
    expect(textOf(algorithm!, 'x00660031')).toBe('0.5.0');
    expect(textOf(algorithm!, 'x00660032')).toContain('ab'.repeat(32));
    expect(textOf(algorithm!, 'x00660032')).toContain('cd'.repeat(32));
    expect(textOf(file, 'x00181000')).toBe('ab'.repeat(32));
  });

  it('is filed under the patient and study of its source, with UIDs of its own', async () => {
    const bytes = Buffer.from('Jérôme^小东');
    const file = await write([slice(0, [RING], { '00080005 CS': 'ISO_IR 192', '00100010 PN': bytes })]);
    const found = [
      'x00100010',
      'x00100020',
      'x00100030',
      'x0020000d',
      'x00080020',
      'x00080050',
      'x00200052',
      'x00080005',
    ];
    expect(found.map((tag) => textOf(file, tag))).toEqual([
      'Jérôme^小东', 'PLANTED-ID', '19700102', '1.2.826.0.1.99.1', '20240131', 'PLANTED-ACC1',
      '1.2.826.0.1.99.3', 'ISO_IR 192',
    ]); // prettier-ignore
    for (const tag of ['x00080018', 'x0020000e']) expect(textOf(file, tag)).toMatch(/^2\.25\.\d+$/);
    expect(codeOf(file, 'x00400260')).toBeUndefined();
  });

  it('logs nothing of a name that is longer than names may be, and keeps it', async () => {
    const spies = (['log', 'info', 'warn', 'error', 'debug', 'trace'] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => undefined),
    );
    const name = `Planted^${'x'.repeat(90)}`;
    const changes = { '00100010 PN': name, '00081030 LO': name, '00100020 LO': name, '00080050 SH': name };
    const file = await write([slice(0, [RING], changes)]);
    expect(['x00100010', 'x00100020'].map((tag) => textOf(file, tag))).toEqual([name, name]);
    for (const spy of spies) expect(spy).not.toHaveBeenCalled();
  });

  it('is de-identified where its source is', async () => {
    const removed = {
      '00100010 PN': '',
      '00100020 LO': 'SUBJECT-7',
      '00100030 DA': undefined,
      '00120062 CS': 'YES',
      '00120064 SQ': [{ '00080100 SH': '113100', '00080102 SH': 'DCM', '00080104 LO': 'Basic Profile' }],
    };
    const file = await write([slice(0, [RING], removed)]);
    expect(['x00100010', 'x00100020', 'x00100030', 'x00120062'].map((tag) => textOf(file, tag))).toEqual([
      '',
      'SUBJECT-7',
      '',
      'YES',
    ]);
    expect(codeOf(file, 'x00120064')).toBe('113100 DCM Basic Profile');
    const unnamed = await write([slice(0, [RING], { '00120062 CS': 'YES' })]);
    expect(textOf(unnamed, 'x00120063')).toBe('Not named by the source image');
  });

  it('refers to the frames of a multi-frame file, counted from 1', async () => {
    const source = readDicomSource(drawEnhanced([0, 2, 4]));
    const file = await write(
      [2, 1].map((frame) => ({ source, frame, value: segmentation(RING), provenance: PROVENANCE })),
    );
    const references = itemsAt(file, FRAMES).map((frame) => itemsAt(frame, 'x00089124', 0, 'x00082112')[0]!);
    expect(references.map((item) => textOf(item, 'x00081160'))).toEqual(['2', '3']);
  });

  it('shows that a label was looked for and not found', async () => {
    const file = await write([slice(0, [NOTHING]), slice(3, [NOTHING])]);
    expect(pixelsOf(file)).toEqual([bitmapOf(NOTHING)]);
    expect(itemsAt(file, 'x00620002')).toHaveLength(1);
  });

  it('says whether segments overlap, and refuses that for a label map', async () => {
    expect(textOf(await write([slice(0, [RING, SPOT])]), 'x00620013')).toBe('YES');
    expect(textOf(await write([slice(0, [RING])]), 'x00620013')).toBe('NO');
    await expect(write([slice(0, [RING, SPOT])], { type: 'LABELMAP' })).rejects.toThrow('lungs and polyp overlap');
  });

  it('writes a label map with the numbers of the segments', async () => {
    const apart = drawMask('polyp', (x, y) => x === 19 && y > 8);
    const file = await write([slice(0, [RING, apart]), slice(3, [NOTHING])], { type: 'LABELMAP' });
    const [ring, spot] = [bitmapOf(RING), bitmapOf(apart)];
    expect(pixelsOf(file)).toEqual([ring.map((value, at) => (spot[at] === 1 ? 2 : value))]);
    expect(textOf(file, 'x00080016')).toBe('1.2.840.10008.5.1.4.1.1.66.7');
    // The background is last: readers that take items by their place would name every label wrongly.
    expect(itemsAt(file, 'x00620002').map((item) => item.uint16('x00620004'))).toEqual([1, 2, 0]);
    expect(file.uint16('x00280120')).toBe(0);
  });

  it('writes probabilities whose half is where the mask ends, and none where the target is absent', async () => {
    // One row of the plane is one row of the image: the rule is that of a column of pixels.
    const size = { width: 20, height: 12 };
    const values = Float32Array.from({ length: 240 }, (_, at) => (at % 20) / 20);
    const half = { ...drawMask('lungs', (x) => x >= 10), probabilities: { size, values } };
    const file = await write([slice(0, [half, { ...NOTHING, probabilities: { size, values } }])], {
      type: 'FRACTIONAL',
    });
    const [found, absent] = pixelsOf(file);
    for (const [x, value] of found!.slice(0, 20).entries()) expect(Math.abs(value - (255 * x) / 20)).toBeLessThan(0.51);
    expect(Math.max(...absent!)).toBe(0);
    expect([textOf(file, 'x00620010'), file.uint16('x0062000e')]).toEqual(['PROBABILITY', 255]);
    await expect(write([slice(0, [RING])], { type: 'FRACTIONAL' })).rejects.toThrow("encodings: ['probabilities']");
  });

  it('refuses an image without a place in the patient, and names what is possible', async () => {
    const frame = { source: readDicomSource(drawUltrasound()), value: segmentation(RING), provenance: PROVENANCE };
    await expect(write([frame])).rejects.toMatchObject({
      code: 'UNSUPPORTED_FORMAT',
      message: expect.stringMatching(
        /US.*ImagePositionPatient.*FrameOfReferenceUID.*Possible: sr, sc, geojson, coco, png/,
      ) as string,
      details: { possible: ['sr', 'sc', 'geojson', 'coco', 'png', 'rle', 'csv'] },
    });
  });

  it.each<[string, () => AnsweredFrame[], string]>([
    ['no answer', () => [], 'At least one answer'],
    ['no mask', () => [slice(0, [])], 'no masks'],
    ['a mask of another size', () => [slice(0, [drawMask('lungs', () => true, { width: 4, height: 4 })])], '4 x 4'],
    ['two masks of a label', () => [slice(0, [RING, RING])], 'two masks of lungs'],
    ['a frame twice', () => [slice(0, [RING]), slice(0, [SPOT])], 'comes twice'],
    ['two studies', () => [slice(0, [RING]), slice(3, [RING], { '0020000d UI': '1.2.3' })], 'several studies'],
    [
      'two patients',
      () => [slice(0, [RING]), slice(3, [RING], { '00100020 LO': 'OTHER' })],
      'several studies or patients',
    ],
    [
      'two frames of reference',
      () => [slice(0, [RING]), slice(3, [RING], { '00200052 UI': '1.2.3' })],
      'frames of reference',
    ],
    [
      'two orientations',
      () => [slice(0, [RING]), slice(3, [RING], { '00200037 DS': '1\\0\\0\\0\\0\\-1' })],
      'orientation',
    ],
    ['two heads', () => [slice(0, [RING]), { ...slice(3, [RING]), provenance: OTHER_HEAD }], 'automed and other'],
  ])('refuses %s', async (_, frames, message) => {
    const error = await write(frames()).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'INVALID_PARAM', message: expect.stringContaining(message) as string });
    expect(String(error)).not.toMatch(/PLANTED|OTHER|Planted/);
  });

  it('refuses labels without a concept by name', async () => {
    const wound = drawMask('wound', () => true);
    const refused = { code: 'INVALID_MANIFEST', details: { labels: ['wound'] } };
    await expect(write([slice(0, [RING, wound])])).rejects.toMatchObject(refused);
  });
});

const NOTHING_OF = (label: string): ImageMask => ({ ...NOTHING, label });
const OTHER_HEAD = { ...PROVENANCE, head: { id: 'other', version: '1', sha256: '00'.repeat(32) } };
