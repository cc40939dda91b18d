import { bitmapToRle, rleArea, rleBoundingBox } from '@medzoo/core';
import { expect, it } from 'vitest';
import { loadDomainConfig } from '../../testing/load-test-config.js';
import { paintImage } from '../../testing/paint-image.js';
import { writeDataSet } from '../../testing/write-data-set.js';
import { runEvaluation } from '../run-evaluation.js';
import { drawEllipse, findCentre } from './score-objects.js';

const SIZE = { width: 32, height: 32 };

/** A bright square, and the truth around it: two parts, of which one is too small to count. */
it('gives each object of a truth alone, beside the ellipse and the rectangle', async () => {
  const square = { x: 8, y: 8, width: 16, height: 16 };
  const image = await paintImage(SIZE, square, 255, 0).png().toBuffer();
  const truth = await paintImage(SIZE, square, 255, 0)
    .composite([
      {
        input: await paintImage({ width: 2, height: 2 }, { x: 0, y: 0, width: 2, height: 2 }, 255, 0).png().toBuffer(),
        left: 0,
        top: 0,
      },
    ])
    .png()
    .toBuffer();
  const empty = await paintImage(SIZE, { ...square, width: 0 }, 255, 0)
    .png()
    .toBuffer();
  const data = await writeDataSet('squares', 'id,image,mask\na,i.png,m.png\nb,i.png,e.png\n', {
    'i.png': image,
    'm.png': truth,
    'e.png': empty,
  });
  const { report, warnings } = await runEvaluation({
    config: await loadDomainConfig(),
    ...{ data, head: 'prompted', target: undefined, isPrompted: true, byObject: true, outOfDomain: 'refuse' },
    ...{ split: 'test', excludedLabels: [], limit: undefined, seed: 1, onProgress: () => undefined },
  });
  const { dice, dice_ellipse: ellipse, dice_rectangle: rectangle, dice_over_ellipse: gain } = report.metrics;
  expect(report).toMatchObject({ prompt: 'object', target: 'object', n: 1, n_refused: null });
  expect(warnings).toEqual(['Left out, without an object in the truth mask: 1 row.']);
  expect(dice).toMatchObject({ value: 1, n: 1 });
  expect(rectangle!.value).toBe(1);
  // Of a square the inscribed circle is a share of pi / 4, so Dice is 2 * 0.785 / 1.785.
  expect(ellipse!.value).toBeCloseTo(0.89, 1);
  expect(gain!.value).toBeCloseTo(1 - ellipse!.value, 5);
  // The head takes a box alone.
  expect(report.metrics).not.toHaveProperty('dice_point');
});

it('points at the middle of the thickest part of an object, which need not be that of its box', () => {
  const inL = (x: number, y: number) =>
    (x >= 4 && x < 10 && y >= 2 && y < 30) || (x >= 10 && x < 28 && y >= 26 && y < 30);
  const bitmap = Uint8Array.from({ length: 32 * 32 }, (_, pixel) => (inL(pixel % 32, Math.floor(pixel / 32)) ? 1 : 0));
  const mask = bitmapToRle(bitmap, SIZE);
  const { x, y } = findCentre(mask, rleBoundingBox(mask)!);
  expect(x).toBeGreaterThan(5);
  expect(x).toBeLessThan(9);
  expect(inL(x, y)).toBe(true);
});

it('draws the ellipse that touches the box', () => {
  const box = { x: 3, y: 5, width: 20, height: 10 };
  const ellipse = drawEllipse(box, SIZE);
  expect(rleBoundingBox(ellipse)).toEqual(box);
  expect(rleArea(ellipse) / (20 * 10)).toBeCloseTo(Math.PI / 4, 1);
});
