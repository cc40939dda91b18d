import sharp from 'sharp';
import { expect, it } from 'vitest';
import { createEmbedFolder } from '../../testing/create-embed-folder.js';
import type { Plane } from '../augmentation.js';
import { createMaskJudge } from './judge-masks.js';

/** A square target in the middle, of `inside` on `outside`. */
function maskOf(inside: number, outside: number, width = 8, height = 6): Plane {
  const isInside = (x: number, y: number) => x > 1 && x < width - 2 && y > 1 && y < height - 2;
  const data = Uint8Array.from({ length: width * height }, (_, at) =>
    isInside(at % width, Math.floor(at / width)) ? inside : outside,
  );
  return { width, height, channels: 1, data };
}

function judge(masks: readonly Plane[], image = { width: 8, height: 6 }): string[] {
  const judged = createMaskJudge();
  for (const mask of masks) judged.add(image, mask);
  return judged.notes();
}

it('says nothing of masks of the size of their image with a target on nothing', () => {
  expect(judge([maskOf(1, 0), maskOf(255, 0)])).toEqual([]);
});

it('counts masks of another size, and says both sizes', () => {
  const [note, ...more] = judge([maskOf(1, 0), maskOf(1, 0, 16, 12)]);
  expect(more).toEqual([]);
  expect(note).toMatch(/^Of 2 masks, 1 had another size.*the first was 16 x 12 for an image of 8 x 6/);
});

it('says where most masks look inverted, and not where a few have large targets, several classes or no hole', () => {
  expect(judge([maskOf(0, 255), maskOf(0, 1), maskOf(1, 0)])[0]).toMatch(/^Of 3 masks, 2 look inverted/);
  expect(judge([maskOf(0, 255), maskOf(1, 0)])).toEqual([]);
  const classes = maskOf(0, 1);
  classes.data[9] = 2;
  expect(judge([classes, maskOf(1, 1)])).toEqual([]);
});

it('is asked about the masks of a folder that is embedded', async () => {
  const { at, embed, writeSet } = await createEmbedFolder();
  await writeSet(['image,split,mask', '1.png,train,m.png', '2.png,val,m.png']);
  const { data } = maskOf(0, 255, 48, 24);
  await sharp(data, { raw: { width: 48, height: 24, channels: 1 } })
    .png()
    .toFile(at('set/m.png'));
  const notes: string[] = [];
  await embed({ kept: { images: false, masks: true }, onNote: (note) => notes.push(note) });
  expect(notes).not.toContainEqual(expect.stringContaining('look inverted')); // the target fills most of it
  expect(notes).toContainEqual(expect.stringMatching(/^Of 2 masks, 2 had another size than the image.*48 x 24/));
});
