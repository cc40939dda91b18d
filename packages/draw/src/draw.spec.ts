import { bitmapToRle, decodeImage, type Raster, type Rle, type Size } from '@medzoo/core';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { drawAnswer } from './draw-answer.js';
import { drawKeypoints, describePoint } from './draw-keypoints.js';
import { drawLabels } from './draw-labels.js';
import { drawHeatMap } from './draw-heat-map.js';
import { describeMask, drawOverlay } from './draw-overlay.js';
import { drawValues } from './draw-values.js';
import { formatPercent } from './picture.js';

const size = { width: 48, height: 32 };
const grey: Raster = { ...size, channels: 1, data: new Uint8Array(48 * 32).fill(100) };

function boxMask(left: number, right: number): Rle {
  const isMask = (x: number, y: number) => x >= left && x < right && y >= 8 && y < 24;
  return bitmapToRle(
    Uint8Array.from({ length: 48 * 32 }, (_, index) => Number(isMask(index % 48, Math.floor(index / 48)))),
    size,
  );
}

const lungs = { label: 'lungs', presence: 0.98, quality: 0.9, areaFraction: 0.25, rle: boxMask(4, 28) };
const polyp = { label: 'polyp', presence: 0.02, quality: 0.1, areaFraction: 0, rle: boxMask(0, 0) };

interface Seen extends Size {
  at(x: number, y: number): number[];
  /** How many pixels below the image are as bright as text. */
  readonly textPixels: number;
}

async function look(png: Uint8Array, imageHeight: number): Promise<Seen> {
  const { data, width, height, channels } = await decodeImage(png);
  expect(channels).toBe(3);
  const strip = data.subarray(imageHeight * width * 3);
  const textPixels = strip.reduce(
    (count, value, index) => count + Number(index % 3 === 0 && value > 150 && strip[index + 1]! > 150),
    0,
  );
  return { width, height, at: (x, y) => [...data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)], textPixels };
}

describe('drawOverlay', () => {
  it('enlarges a small image, tints the mask, leaves the rest, and writes a legend below', async () => {
    const seen = await look(await drawOverlay(grey, [lungs, polyp]), 512);
    expect(seen.width).toBe(768);
    expect(seen.height).toBeGreaterThan(512 + 40);
    const [red, , blue] = seen.at(16 * 16, 16 * 16);
    expect(blue! - red!).toBeGreaterThan(20);
    expect(seen.at(40 * 16, 16 * 16)).toEqual([100, 100, 100]);
    expect(seen.textPixels).toBeGreaterThan(1000);
  });

  it('says on each picture that it is not for diagnosis', async () => {
    expect((await look(await drawOverlay(grey, []), 512)).textPixels).toBeGreaterThan(300);
  });

  it('refuses a mask of another picture', async () => {
    const turned = { ...lungs, rle: { ...lungs.rle, size: { width: 32, height: 48 } } };
    await expect(drawOverlay(grey, [polyp, turned])).rejects.toThrow(
      'The mask of lungs is of 32 x 48 pixels, and the image of 48 x 32.',
    );
  });

  it('says of an empty mask that there is no outline, whatever its presence', () => {
    expect(describeMask(lungs)).toBe('presence 0.98 · quality 0.90 · 25 % of the image');
    expect([0.02, 0.86].map((presence) => describeMask({ ...polyp, presence }))).toEqual([
      'no outline · presence 0.02',
      'no outline · presence 0.86',
    ]);
  });

  it('does not call something surely present whose head does not judge that', () => {
    expect(describeMask({ ...lungs, presence: 1 })).toBe('quality 0.90 · 25 % of the image');
    expect(describeMask({ ...polyp, presence: 1 })).toBe('no outline');
  });

  it('says of an image of another kind that it is one, drawn or not', () => {
    const domain = { score: 9, threshold: 1, inDomain: false, nearest: 'photograph' };
    expect(describeMask({ ...polyp, domain, absentBecause: 'domain' })).toBe(
      'no outline · not its kind of image, nearest: photograph',
    );
    expect(describeMask({ ...lungs, domain })).toMatch(
      /^unsure: not its kind of image, nearest: photograph · presence 0.98/,
    );
    expect(describeMask({ ...polyp, domain, absentBecause: 'presence' })).toBe(
      'no outline · presence 0.02 · not its kind of image',
    );
    expect(describeMask({ ...lungs, domain: { ...domain, inDomain: true } })).toBe(describeMask(lungs));
  });

  it('gives each mask a row and takes the bytes of a file', async () => {
    const png = await sharp(grey.data, { raw: { ...size, channels: 1 } })
      .png()
      .toBuffer();
    const one = await look(await drawOverlay(png, [lungs]), 512);
    const two = await look(
      await drawOverlay(png, [
        lungs,
        { ...lungs, label: 'a label that is far too long to stand in a legend', rle: boxMask(30, 40) },
      ]),
      512,
    );
    expect(two.height).toBeGreaterThan(one.height + 20);
    expect(two.at(35 * 16, 16 * 16)).not.toEqual(one.at(35 * 16, 16 * 16));
  });

  it('widens the strip, not the image, when that is narrow, and shrinks large ones', async () => {
    const narrow = await look(await drawOverlay({ ...grey, width: 16, height: 96 }, []), 768);
    expect(narrow.width).toBe(700);
    expect([narrow.at(350, 300), narrow.at(10, 300)]).toEqual([
      [100, 100, 100],
      [20, 24, 31],
    ]);
    const large = await look(
      await drawOverlay({ ...grey, width: 2400, height: 1200, data: new Uint8Array(2400 * 1200).fill(7) }, []),
      800,
    );
    expect(large.width).toBe(1600);
  });
});

describe('drawHeatMap', () => {
  const scores = [
    { label: 'normal', probability: 0.2 },
    { label: 'pneumonia', probability: 0.8 },
  ];

  it('warms the image where the map is high and ranks the labels below', async () => {
    const heatMap = { size: { width: 3, height: 2 }, values: Float32Array.of(0, 0, 0.5, 0, 0, 0.5) };
    const seen = await look(
      await drawHeatMap(grey, heatMap, { scores, plausible: { labels: ['pneumonia'], errorRate: 0.1 } }),
      512,
    );
    const [red, , blue] = seen.at(740, 250);
    expect(red! - blue!).toBeGreaterThan(50);
    expect(seen.at(100, 250)).toEqual([100, 100, 100]);
    expect(seen.textPixels).toBeGreaterThan(1000);
  });

  it('does without a map', async () => {
    const seen = await look(await drawHeatMap(grey, undefined, { scores }), 512);
    expect(seen.at(740, 250)).toEqual([100, 100, 100]);
  });
});

describe('drawValues', () => {
  const age = { label: 'bone age', value: 125, unit: 'mo' };

  it('writes numbers below the image, with a row for an interval and one for a warning', async () => {
    const heightOf = async (answer: Parameters<typeof drawValues>[1]): Promise<number> =>
      (await look(await drawValues(grey, answer), 512)).height;
    const alone = await look(await drawValues(grey, { values: [age] }), 512);
    expect(alone.at(300, 250)).toEqual([100, 100, 100]);
    expect(alone.textPixels).toBeGreaterThan(500);
    const interval = { lower: 110, upper: 140, coverage: 0.9 };
    const withInterval = await heightOf({ values: [{ ...age, interval }] });
    expect(withInterval).toBeGreaterThan(alone.height);
    const domain = { score: 9, threshold: 1, inDomain: false, nearest: 'photograph' };
    expect(await heightOf({ values: [age, age], domain })).toBeGreaterThan(withInterval);
  });
});

describe('drawKeypoints', () => {
  it('puts a ring around each point, and says of an absent one that it is', async () => {
    const points = [
      { label: 'tip', point: { x: 12, y: 16 }, presence: 0.9 },
      { label: 'carina', point: null, presence: 0.02, absentBecause: 'presence' as const },
    ];
    const seen = await look(await drawKeypoints(grey, { points }), 512);
    const [red, , blue] = seen.at(12 * 16 + 8, 16 * 16); // 768 / 90 pixels from its middle
    expect(blue! - red!).toBeGreaterThan(50);
    expect([seen.at(12 * 16, 16 * 16), seen.at(600, 256)]).toEqual([
      [100, 100, 100],
      [100, 100, 100],
    ]);
    expect(points.map(describePoint)).toEqual([
      'x 12.0, y 16.0 px · presence 0.90',
      'not in the image · presence 0.02',
    ]);
    expect(describePoint({ point: null, absentBecause: 'outside' })).toBe('outside of the image');
  });
});

describe('drawLabels', () => {
  it('has a bar for each label, and one row more for a warning', async () => {
    const scores = ['mass', 'effusion'].map((label) => ({ label, probability: 0.6, threshold: 0.5 }));
    const seen = await look(await drawLabels(grey, { labels: ['mass'], scores }), 512);
    expect(seen.at(300, 250)).toEqual([100, 100, 100]);
    expect(seen.textPixels).toBeGreaterThan(500);
    const domain = { score: 9, threshold: 1, inDomain: false, nearest: 'photograph' };
    expect((await look(await drawLabels(grey, { labels: [], scores, domain }), 512)).height).toBeGreaterThan(
      seen.height,
    );
  });
});

describe('drawAnswer', () => {
  it('draws an answer as its task is drawn', async () => {
    const scores = [{ label: 'normal', probability: 1 }];
    const mask = { ...lungs, threshold: 0.5, area: 384, boundingBox: { x: 4, y: 8, width: 24, height: 16 } };
    const drawn = await Promise.all([
      drawAnswer(grey, { task: 'segmentation', masks: [mask] }),
      drawAnswer(grey, { task: 'classification', label: 'normal', scores }),
    ]);
    const values = [{ label: 'bone age', value: 125, unit: 'mo' }];
    const numbers = await drawAnswer(grey, { task: 'regression', values });
    expect(numbers).toEqual(await drawValues(grey, { values }));
    const points = [{ label: 'tip', point: { x: 12, y: 16 } }];
    expect(await drawAnswer(grey, { task: 'keypoints', points })).toEqual(await drawKeypoints(grey, { points }));
    const several = { labels: ['mass'], scores: [{ label: 'mass', probability: 0.8, threshold: 0.3 }] };
    expect(await drawAnswer(grey, { task: 'multilabel', ...several })).toEqual(await drawLabels(grey, several));
    expect(drawn).toEqual([await drawOverlay(grey, [mask]), await drawHeatMap(grey, undefined, { scores })]);
  });
});

it.each([
  [0, '0 %'],
  [0.001, '<1 %'],
  [0.234, '23 %'],
  [0.999, '>99 %'],
  [1, '100 %'],
])('formatPercent(%d) is %s', (fraction, text) => {
  expect(formatPercent(fraction)).toBe(text);
});
