import sharp from 'sharp';
import { expect, it } from 'vitest';
import type { Assumption } from '../../truth/assumption.js';
import type { StoredMask } from '../../truth/stored-mask.js';
import { createEmbedFolder } from '../../testing/create-embed-folder.js';
import { describeMasks, judgeMask } from './judge-masks.js';

/** A square target in the middle, of `inside` on `outside`. */
function maskOf(inside: number, outside: number, width = 8, height = 6): StoredMask {
  const isInside = (x: number, y: number) => x > 1 && x < width - 2 && y > 1 && y < height - 2;
  const data = Uint8Array.from({ length: width * height }, (_, at) =>
    isInside(at % width, Math.floor(at / width)) ? inside : outside,
  );
  return { width, height, channels: 1, data, orientation: 1, assumptions: [] };
}

const IMAGE = { width: 8, height: 6, orientation: 1 };

function judge(masks: readonly StoredMask[], image = IMAGE): string[] {
  return describeMasks(masks.map((mask) => judgeMask(image, mask)));
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

it('knows the value of a mask of one target, and masks of several values', () => {
  const valueOf = (mask: StoredMask) => judgeMask(IMAGE, mask).value;
  expect([maskOf(1, 0), maskOf(255, 0), maskOf(0, 0)].map(valueOf)).toEqual([1, 255, 0]);
  const numbered = maskOf(1, 0, 16, 12);
  numbered.data.fill(2, 0, 64);
  expect(valueOf(numbered)).toBe('several');
});

it('counts masks that can be read in several ways', () => {
  const read = (orientation: number, assumptions: readonly Assumption[]) => ({
    ...maskOf(1, 0),
    ...{ orientation, assumptions },
  });
  const notes = judge([read(1, ['alpha']), read(3, []), read(3, ['alpha'])]);
  expect(notes).toContainEqual(expect.stringMatching(/^Read from the alpha channel.*: 2 masks\.$/));
  expect(notes).toContainEqual(expect.stringMatching(/^Turned otherwise than their image.*: 2 masks\.$/));
});

it('refuses a mask of another shape, and one that fits its image only when it is turned', () => {
  expect(() => judge([maskOf(1, 0, 9, 6)])).toThrow("Expected a mask of the image's shape, 8 x 6; got 9 x 6.");
  expect(() => judge([maskOf(1, 0, 6, 8)])).toThrow('one of them is turned');
});

it('is asked about the masks of a folder that is embedded', async () => {
  const { at, embed, writeSet, readRows } = await createEmbedFolder();
  await writeSet(['image,split,mask', '1.png,train,m.png', '2.png,val,m.png']);
  const { data } = maskOf(0, 255, 48, 24);
  await sharp(data, { raw: { width: 48, height: 24, channels: 1 } })
    .png()
    .toFile(at('set/m.png'));
  const notes: string[] = [];
  await embed({ kept: { images: false, masks: true }, onNote: (note) => notes.push(note) });
  expect(notes).not.toContainEqual(expect.stringContaining('look inverted')); // the target fills most of it
  expect((await readRows()).map((row) => row.mask_value)).toEqual(['255', '255']);
  expect(notes).toContainEqual(expect.stringMatching(/^Of 2 masks, 2 had another size than the image.*48 x 24/));
});

it('tells of masks that were read before a run stopped', async () => {
  const { at, embed, writeSet } = await createEmbedFolder();
  await writeSet(['image,split,mask', '1.png,train,m.png', '2.png,val,m.png']);
  const { data } = maskOf(1, 0, 48, 24);
  await sharp(data, { raw: { width: 48, height: 24, channels: 1 } })
    .png()
    .toFile(at('set/m.png'));
  const kept = { images: false, masks: true };
  const stop = (done: number): void => {
    if (done === 1) throw new Error('stopped');
  };
  await expect(embed({ kept, shardRows: 1, onProgress: stop })).rejects.toThrow('stopped');
  const notes: string[] = [];
  await embed({ kept, shardRows: 1, onNote: (note) => notes.push(note) });
  expect(notes).toContainEqual(expect.stringContaining('Goes on behind 1 embedding'));
  expect(notes).toContainEqual(expect.stringMatching(/^Of 2 masks, 2 had another size/));
});
