import { decodeRle } from '@medzoo/core';
import type { ImageMask } from '@medzoo/core/contract';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { IN_INT8, NOTHING, PROVENANCE, RING, segmentation, SPOT } from '../../test/answers.js';
import { toPngMask, toRleMasks } from './raster-masks.js';
import { writeCoco, type CocoAnswer, type CocoOptions } from './write-coco.js';

interface Coco {
  images: { id: number; file_name: string; width: number; height: number }[];
  annotations: {
    id: number;
    image_id: number;
    category_id: number;
    segmentation: { size: number[]; counts: string };
    area: number;
    bbox: number[];
  }[];
  categories: { id: number; name: string }[];
  info: Record<string, string>;
}

const answer = (image: string, ...masks: readonly ImageMask[]): CocoAnswer => ({
  image,
  value: segmentation(...masks),
  provenance: PROVENANCE,
});

async function write(answers: readonly CocoAnswer[], options: Partial<CocoOptions> = {}): Promise<Coco> {
  let text = '';
  for await (const piece of writeCoco(answers, { labels: ['polyp', 'lungs'], ...options })) text += piece;
  return JSON.parse(text) as Coco;
}

describe('writeCoco', () => {
  it('lists images, categories and run lengths of a whole data set', async () => {
    const coco = await write([answer('a.png', RING, SPOT), answer('b "quoted".png', NOTHING)]);
    expect(coco.images).toEqual([
      { id: 1, file_name: 'a.png', width: 20, height: 12 },
      { id: 2, file_name: 'b "quoted".png', width: 20, height: 12 },
    ]);
    expect(coco.categories.map(({ id, name }) => [id, name])).toEqual([[1, 'polyp'], [2, 'lungs']]); // prettier-ignore
    expect(
      coco.annotations.map(({ id, image_id, category_id, area, bbox }) => [id, image_id, category_id, area, bbox]),
    ).toEqual([
      [1, 1, 2, 75, [2, 1, 16, 8]],
      [2, 1, 1, 20, [9, 6, 4, 5]],
    ]);
    const { size, counts } = coco.annotations[0]!.segmentation;
    expect(decodeRle({ size: { height: size[0]!, width: size[1]! }, counts })).toEqual(decodeRle(RING.rle));
    expect(coco.info).toMatchObject({ head: 'automed', version: '0.5.0', weights_sha256: 'ab'.repeat(32) });
    expect(coco.info).toMatchObject({ weights_precision: 'reference' });
  });

  it('is valid without a single image', async () => {
    expect(await write([])).toMatchObject({ images: [], annotations: [] });
  });

  it.each<[string, readonly CocoAnswer[], Partial<CocoOptions>, string]>([
    ['an unknown label', [answer('a', RING)], { labels: ['polyp'] }, 'lungs is none of'],
    ['an image twice', [answer('a'), answer('a')], {}, 'Image 2 has the name of one before it'],
    ['a label twice', [], { labels: ['a', 'a'] }, 'comes twice'],
    [
      'two heads',
      [answer('a'), { ...answer('b'), provenance: { ...PROVENANCE, head: { ...PROVENANCE.head, id: 'x' } } }],
      {},
      'automed and x',
    ],
    [
      'two files of one head',
      [answer('a'), { ...answer('b'), provenance: IN_INT8 }],
      {},
      'answers of one file of weights; got those of automed in reference and in int8-static. Ask again on one',
    ],
  ])('refuses %s', async (_, answers, options, message) => {
    await expect(write(answers, options)).rejects.toThrow(message);
  });
});

describe('toRleMasks', () => {
  it('is what pycocotools decodes: height first', () => {
    const { masks, head } = toRleMasks({ value: segmentation(SPOT), provenance: PROVENANCE });
    expect(masks[0]).toMatchObject({ label: 'polyp', segmentation: { size: [12, 20], counts: SPOT.rle.counts } });
    expect(head).toMatchObject({ sha256: 'ab'.repeat(32), precision: 'reference' });
  });
});

describe('toPngMask', () => {
  it('makes the mask, or takes the one that came with the answer', async () => {
    const { data, info } = await sharp(await toPngMask(SPOT))
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([20, 12, 1]);
    expect([...data]).toEqual([...decodeRle(SPOT.rle, 255)]);
    const png = Uint8Array.of(1, 2);
    expect(await toPngMask({ ...SPOT, png })).toBe(png);
  });
});
