import { decodeRle } from '@medzoo/core';
import type { ImageMask } from '@medzoo/core/contract';
import { describe, expect, it } from 'vitest';
import { CONCEPTS, drawMask, NOTHING, PROVENANCE, RING, segmentation, SIZE, SPOT } from '../../test/answers.js';
import { drawEnhanced, drawSlice, drawUltrasound } from '../../test/dicom-files.js';
import { fillRing } from '../../test/fill-ring.js';
import { codeOf, itemsAt, numbersOf, readDicom, textOf } from '../../test/read-dicom.js';
import { readDicomSource } from '../source/dicom-source.js';
import { writeRtStruct } from './write-rtstruct.js';

const slice = (z: number, masks: readonly ImageMask[]) => ({
  source: readDicomSource(drawSlice(z)),
  value: segmentation(...masks),
  provenance: PROVENANCE,
});

/** Contours of a structure: patient millimetres of a slice of `drawSlice` back to image points. */
function ringsOf(file: ReturnType<typeof readDicom>, structure: number): { z: number; ring: [number, number][] }[] {
  return itemsAt(itemsAt(file, 'x30060039')[structure]!, 'x30060040').map((contour) => {
    const values = numbersOf(contour, 'x30060050');
    expect(Number(textOf(contour, 'x30060046'))).toBe(values.length / 3);
    expect(textOf(contour, 'x30060042')).toBe('CLOSED_PLANAR');
    const ring = Array.from({ length: values.length / 3 }, (_, at): [number, number] => [
      (values[3 * at]! + 10) / 0.5 + 0.5,
      (values[3 * at + 1]! - 5) / 0.8 + 0.5,
    ]);
    return { z: values[2]!, ring };
  });
}

describe('writeRtStruct', () => {
  it('outlines each part in patient millimetres, holes by keyhole', async () => {
    const { bytes } = await writeRtStruct([slice(3, [RING, SPOT]), slice(0, [NOTHING])], { concepts: CONCEPTS });
    const file = readDicom(bytes);
    const lungs = ringsOf(file, 0);
    expect(lungs.map(({ z }) => z)).toEqual([3, 3]);
    const filled = lungs.map(({ ring }) => fillRing(ring, SIZE, 'even-odd'));
    expect(filled[0]!.map((value, at) => value + filled[1]![at]!)).toEqual([...decodeRle(RING.rle)]);
    const [roi] = itemsAt(file, 'x30060020');
    expect(['x30060022', 'x30060026', 'x30060036', 'x30060024'].map((tag) => textOf(roi!, tag))).toEqual([
      '1', 'lungs', 'AUTOMATIC', '1.2.826.0.1.99.3',
    ]); // prettier-ignore
    expect(codeOf(itemsAt(file, 'x30060080')[1]!, 'x30060086')).toBe('68496003 SCT Polyp of colon');
    expect(textOf(file, 'x30060006')).toContain('ab'.repeat(32));
    const [reference] = itemsAt(file, 'x30060010', 0, 'x30060012', 0, 'x30060014');
    expect(itemsAt(reference!, 'x30060016').map((item) => textOf(item, 'x00081155'))).toHaveLength(2);
    expect(textOf(file, 'x00100010')).toBe('Planted^Name');
  });

  it('keeps a label that was not found as a structure without contours, and needs no concept', async () => {
    const file = readDicom((await writeRtStruct([slice(0, [RING, NOTHING])])).bytes);
    expect(itemsAt(file, 'x30060039')[1]!.elements.x30060040).toBeUndefined();
    expect(itemsAt(file, 'x30060020').map((roi) => textOf(roi, 'x30060026'))).toEqual(['lungs', 'polyp']);
  });

  it('writes outlines that are longer than a text of an explicit representation can be', async () => {
    // Teeth whose edges are jagged, on one back: 10,000 points and no hole.
    const size = { width: 200, height: 200 };
    const comb = drawMask('lungs', (x, y) => y === 199 || x % 8 === 0 || (x % 8 === 1 && y % 2 === 0), size);
    const source = readDicomSource(drawSlice(0, { '00280010 US': 200, '00280011 US': 200 }));
    const { bytes } = await writeRtStruct([{ source, value: segmentation(comb), provenance: PROVENANCE }]);
    const file = readDicom(bytes);
    const rings = ringsOf(file, 0);
    expect(Math.max(...rings.map(({ ring }) => ring.length))).toBeGreaterThan(5000);
    expect(textOf(file, 'x00020010')).toBe('1.2.840.10008.1.2');
    const simple = await writeRtStruct([{ source, value: segmentation(comb), provenance: PROVENANCE }], {
      tolerance: 2,
    });
    expect(simple.bytes.length).toBeLessThan(bytes.length / 2);
  });

  it('refers to frames of a multi-frame file, counted from 1', async () => {
    const source = readDicomSource(drawEnhanced([0, 2]));
    const { bytes } = await writeRtStruct([{ source, frame: 1, value: segmentation(SPOT), provenance: PROVENANCE }]);
    const [image] = itemsAt(readDicom(bytes), 'x30060039', 0, 'x30060040', 0, 'x30060016');
    expect(textOf(image!, 'x00081160')).toBe('2');
  });

  it('refuses an image without a place, and a tolerance that is none', async () => {
    const us = { source: readDicomSource(drawUltrasound()), value: segmentation(RING), provenance: PROVENANCE };
    await expect(writeRtStruct([us])).rejects.toMatchObject({ code: 'UNSUPPORTED_FORMAT' });
    await expect(writeRtStruct([slice(0, [RING])], { tolerance: NaN })).rejects.toThrow('tolerance must be 0 to 100');
  });
});
