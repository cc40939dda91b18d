import { deflateRawSync, deflateSync } from 'node:zlib';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  drawElements,
  drawEnhanced,
  drawSlice,
  drawUltrasound,
  PATIENT,
  type Elements,
} from '../../test/dicom-files.js';
import { readDicomSource, recordOf } from './dicom-source.js';

function meta(syntax: string): Buffer {
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), drawElements({ '00020010 UI': syntax })]);
}

/** The data set of a slice, behind its preamble and meta group. */
function bodyOf(file: Uint8Array): Buffer {
  const head = meta('1.2.840.10008.1.2.1').length;
  return Buffer.from(file.subarray(head));
}

/**
 * Explicit to implicit: the two letters and the length of 16 bits become one of 32. Sequences are left to the caller.
 */
function toImplicit(explicit: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < explicit.length;) {
    const isLong = ['OW', 'OB', 'SQ', 'UT', 'UN'].includes(explicit.toString('latin1', at + 4, at + 6));
    const length = isLong ? explicit.readUInt32LE(at + 8) : explicit.readUInt16LE(at + 6);
    const start = at + (isLong ? 12 : 8);
    const header = Buffer.alloc(8);
    explicit.copy(header, 0, at, at + 4);
    header.writeUInt32LE(length, 4);
    parts.push(header, explicit.subarray(start, start + length));
    at = start + length;
  }
  return Buffer.concat(parts);
}

const END_OF_ITEM = Buffer.from([0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0]);

/** A sequence of one item, as implicit bytes. */
function nest(sequence: string, own: Elements): Buffer {
  const body = toImplicit(drawElements(own));
  const header = Buffer.alloc(16);
  header.writeUInt16LE(Number.parseInt(sequence.slice(0, 4), 16), 0);
  header.writeUInt16LE(Number.parseInt(sequence.slice(4), 16), 2);
  header.writeUInt32LE(body.length + 8, 4);
  header.set([0xfe, 0xff, 0, 0xe0], 8);
  header.writeUInt32LE(body.length, 12);
  return Buffer.concat([header, body]);
}

describe('readDicomSource', () => {
  it('finds where a slice lies, how large it is, and of which kind', () => {
    const source = readDicomSource(drawSlice(7.5));
    expect(source).toMatchObject({ modality: 'CT', size: { width: 20, height: 12 }, frames: 1, isDeidentified: false });
    expect(source.planeOf(0)).toEqual({
      position: [-10, 5, 7.5],
      rowDirection: [1, 0, 0],
      columnDirection: [0, 1, 0],
      spacing: { x: 0.5, y: 0.8 },
      sliceThickness: 3,
    });
    expect(source.missingGeometry(0)).toEqual([]);
  });

  it.each([
    ['implicit', Buffer.concat([meta('1.2.840.10008.1.2'), toImplicit(bodyOf(drawSlice(1)))])],
    ['deflated', Buffer.concat([meta('1.2.840.10008.1.2.1.99'), deflateRawSync(bodyOf(drawSlice(1)))])],
    ['without preamble', bodyOf(drawSlice(1))],
    ['without preamble, implicit', toImplicit(bodyOf(drawSlice(1)))],
  ])('reads a file that is %s', (_, bytes) => {
    expect(readDicomSource(bytes).planeOf(0)?.position).toEqual([-10, 5, 1]);
  });

  const explicit = bodyOf(drawSlice(1));
  const implicit = toImplicit(explicit);
  const magic = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]);
  const wide = drawElements({ '00091001 UV': Buffer.alloc(8), '00091002 SV': Buffer.alloc(8) });
  const at = explicit.indexOf(Buffer.from([0x10, 0, 0x10, 0]));

  // What @medzoo/dicom reads: an answer about it can be exported too.
  it.each([
    ['a meta group without preamble', Buffer.concat([meta('1.2.840.10008.1.2'), implicit]).subarray(132)],
    ['DICM without preamble', Buffer.concat([meta('1.2.840.10008.1.2.1'), explicit]).subarray(128)],
    ['a preamble without meta group', Buffer.concat([magic, explicit])],
    ['a preamble without meta group, implicit', Buffer.concat([magic, implicit])],
    ['implicit bytes under an explicit syntax', Buffer.concat([meta('1.2.840.10008.1.2.1'), implicit])],
    ['explicit bytes under the implicit syntax', Buffer.concat([meta('1.2.840.10008.1.2'), explicit])],
    ['little-endian bytes under the big-endian syntax', Buffer.concat([meta('1.2.840.10008.1.2.2'), explicit])],
    ['a zlib header before deflated bytes', Buffer.concat([meta('1.2.840.10008.1.2.1.99'), deflateSync(explicit)])],
    ['integers of 64 bits', Buffer.concat([magic, explicit.subarray(0, at), wide, explicit.subarray(at)])],
    ['a decimal comma', Buffer.from(drawSlice(1, { '00280030 DS': '0,8\\0,5' }))],
  ])('reads a file with %s', (_, file) => {
    expect(readDicomSource(file).planeOf(0)).toMatchObject({ position: [-10, 5, 1], spacing: { x: 0.5, y: 0.8 } });
  });

  it('reads functional groups that an archive has written as UN', () => {
    const groups = (own: Elements, sequence: string): Buffer =>
      Buffer.concat([Buffer.from([0xfe, 0xff, 0, 0xe0, 0xff, 0xff, 0xff, 0xff]), nest(sequence, own), END_OF_ITEM]);
    const file = drawSlice(0, {
      ...{ '00200032 DS': undefined, '00200037 DS': undefined, '00280030 DS': undefined, '00280008 IS': '2' },
      '52009229 UN': Buffer.concat([groups({ '00200037 DS': '1\\0\\0\\0\\1\\0' }, '00209116')]),
      '52009230 UN': Buffer.concat([1, 2].map((z) => groups({ '00200032 DS': `0\\0\\${z}` }, '00209113'))),
    });
    expect(readDicomSource(file).missingGeometry(1)).toEqual(['PixelSpacing']);
  });

  it('finds the place of each frame of an enhanced file', () => {
    const source = readDicomSource(drawEnhanced([0, 2, 5]));
    expect(source.frames).toBe(3);
    expect([0, 1, 2].map((frame) => source.planeOf(frame)?.position[2])).toEqual([0, 2, 5]);
    expect(source.planeOf(1)).toMatchObject({ spacing: { x: 0.5, y: 0.8 }, sliceThickness: 2 });
    expect(() => source.planeOf(3)).toThrow(expect.objectContaining({ code: 'INVALID_PARAM' }) as Error);
  });

  it.each<[string, Record<string, string | undefined>, string[]]>([
    ['a position', { '00200032 DS': undefined }, ['ImagePositionPatient']],
    ['numbers in it', { '00200032 DS': '1\\x\\3' }, ['ImagePositionPatient']],
    ['directions that are perpendicular', { '00200037 DS': '1\\0\\0\\1\\0\\0' }, ['ImageOrientationPatient']],
    ['a spacing above 0', { '00280030 DS': '0\\0.5' }, ['PixelSpacing']],
    ['a frame of reference', { '00200052 UI': undefined }, ['FrameOfReferenceUID']],
  ])('invents no place for a file without %s', (_, changes, missing) => {
    const source = readDicomSource(drawSlice(0, changes));
    expect(source.planeOf(0)).toBeUndefined();
    expect(source.missingGeometry(0)).toEqual(missing);
  });

  it('does not take the one position of a file of several frames for that of each', () => {
    const source = readDicomSource(drawSlice(0, { '00280008 IS': '2' }));
    expect(source.planeOf(1)).toBeUndefined();
    expect(source.missingGeometry(0)).toEqual(['ImagePositionPatient', 'ImageOrientationPatient']); // its spacing holds
  });

  it('tells what is burnt in, and that nobody said so', () => {
    expect(readDicomSource(drawUltrasound()).burnedInAnnotation).toBe('unknown');
    expect(readDicomSource(drawUltrasound({ '00280301 CS': 'YES' })).burnedInAnnotation).toBe('yes');
    expect(readDicomSource(drawSlice(0, { '00120062 CS': 'YES' })).isDeidentified).toBe(true);
  });

  it('shows no patient when it is printed', () => {
    const source = readDicomSource(drawSlice());
    const shown = inspect(source, { depth: 9, showHidden: true }) + JSON.stringify(source);
    expect(shown).not.toMatch(/Planted|PLANTED|1\.2\.826/);
    expect(() => recordOf({ ...source })).toThrow(expect.objectContaining({ code: 'INVALID_PARAM' }) as Error);
  });

  it('holds no pixels', () => {
    const file = drawSlice(0, { '7fe00010 OW': new Uint8Array(4_000_000) });
    const { dataSet } = recordOf(readDicomSource(file));
    expect(dataSet.byteArray.buffer.byteLength).toBeLessThan(2000);
  });

  it.each<[string, Uint8Array]>([
    [
      'text',
      Buffer.from(`${PATIENT} is no DICOM file, but quite long, so that a header would fit. ${'x'.repeat(200)}`),
    ],
    ['nothing', new Uint8Array(0)],
    ['a cut-off file', drawSlice().subarray(0, 500)],
    ['a file without a study', drawSlice(0, { '0020000d UI': undefined })],
    ['a file without rows', drawSlice(0, { '00280010 US': undefined })],
    ['a million frames', drawSlice(0, { '00280008 IS': '1000000' })],
  ])('refuses %s without a word of what is in it', (_, bytes) => {
    const error = captureError(() => readDicomSource(bytes));
    expect(error).toMatchObject({ code: 'INVALID_IMAGE' });
    expect(inspect(error, { depth: 9 })).not.toMatch(/Planted|PLANTED/);
  });

  it('ends a bomb early', () => {
    const bomb = deflateRawSync(Buffer.concat([bodyOf(drawSlice()).subarray(0, 400), Buffer.alloc(257 * 2 ** 20)]), {
      level: 1,
    });
    const error = captureError(() => readDicomSource(Buffer.concat([meta('1.2.840.10008.1.2.1.99'), bomb])));
    expect(error).toMatchObject({ code: 'IMAGE_TOO_LARGE' });
  });

  it('bounds what comes before the pixels', () => {
    const padding: Elements = { '00091010 OB': new Uint8Array(17 * 2 ** 20) };
    const error = captureError(() => readDicomSource(drawSlice(0, padding)));
    expect(error).toMatchObject({ code: 'INVALID_IMAGE', message: expect.stringContaining('16777216') as string });
  });
});

function captureError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was thrown.');
}
