import { drawOverlay } from '@medzoo/draw';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { PROVENANCE, segmentation, SPOT } from '../../test/answers.js';
import { drawUltrasound, type Drawn } from '../../test/dicom-files.js';
import { bytesOf, itemsAt, readDicom, textOf } from '../../test/read-dicom.js';
import { readDicomSource } from '../source/dicom-source.js';
import { writeOverlays } from './write-overlays.js';

const frame = (picture: Uint8Array, changes: Record<string, Drawn> = {}) => ({
  source: readDicomSource(drawUltrasound(changes)),
  value: segmentation(SPOT),
  provenance: PROVENANCE,
  picture,
});

async function grey(): Promise<Uint8Array> {
  return sharp({ create: { width: 20, height: 12, channels: 3, background: '#555' } })
    .png()
    .toBuffer();
}

describe('writeOverlays', () => {
  it('writes what drawOverlay drew as one series of colour pictures', async () => {
    const picture = await drawOverlay(await grey(), segmentation(SPOT).masks);
    const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
    const written = await writeOverlays([frame(picture), frame(picture)]);
    const files = written.map(({ bytes }) => readDicom(bytes));
    const [first] = files;
    expect([first!.uint16('x00280010'), first!.uint16('x00280011')]).toEqual([info.height, info.width]);
    expect(Buffer.compare(bytesOf(first!, 'x7fe00010').subarray(0, data.length), data)).toBe(0);
    expect(new Set(files.map((file) => textOf(file, 'x0020000e'))).size).toBe(1);
    expect(files.map((file) => textOf(file, 'x00200013'))).toEqual(['1', '2']);
    expect(textOf(itemsAt(first!, 'x00082112')[0]!, 'x00081155')).toBe('1.2.826.0.1.99.1000000');
    expect(textOf(first!, 'x00082111')).toContain('ab'.repeat(32));
    expect(textOf(first!, 'x00100010')).toBe('Planted^Name');
  });

  it('says what its source says of names in the pixels, and nothing where that says nothing', async () => {
    const burnt = async (changes: Record<string, Drawn>) => {
      const [file] = await writeOverlays([frame(await grey(), changes)]);
      return textOf(readDicom(file!.bytes), 'x00280301');
    };
    expect(await burnt({ '00280301 CS': 'YES' })).toBe('YES');
    expect(await burnt({})).toBeUndefined();
  });

  it('says that a picture of a lossy image is one', async () => {
    const lossy = { '00282110 CS': '01', '00282112 DS': '9.5', '00282114 CS': 'ISO_10918_1' };
    const [file] = await writeOverlays([frame(await grey(), lossy)]);
    expect(['x00282110', 'x00282112', 'x00282114'].map((tag) => textOf(readDicom(file!.bytes), tag))).toEqual([
      '01',
      '9.5',
      'ISO_10918_1',
    ]);
  });

  it('refuses what is no picture', async () => {
    await expect(writeOverlays([frame(Buffer.from('Planted'))])).rejects.toThrow('must be the bytes of a PNG');
    await expect(writeOverlays([])).rejects.toThrow('At least one answer');
  });
});
