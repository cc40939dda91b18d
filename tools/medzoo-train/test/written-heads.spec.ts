import { existsSync } from 'node:fs';
import { createZoo } from '@medzoo/core';
import {
  channelsByLabel,
  defineHead,
  numbersByLabel,
  scoresOf,
  takeFloat32,
  type TrainedModel,
} from '@medzoo/core/contract';
import { readModelFile } from '@medzoo/core/model';
import { testEncoder, testHead } from '@medzoo/core/testing';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';

// `python tests/write_heads.py` trains these; continuous integration does so before this test.
const folder = new URL('../build/heads/', import.meta.url);
const isThere = existsSync(new URL('squares/model.json', folder));
const LEFT_OUT = isThere ? '' : ' (left out: tools/medzoo-train/build/heads is not written, see its README.md)';

const about = { title: 'Drawn', intendedUse: 'Tests.', modalities: [], params: {} } as const;
const read = (name: string): TrainedModel => readModelFile(new URL(`${name}/model.json`, folder));

const readClasses = () =>
  defineHead({
    manifest: { ...about, id: 'drawn-classes', task: 'classification' },
    encoder: testEncoder,
    trained: read('classes'),
    decode: ({ outputs, trained: { labels, calibration } }) => ({
      scores: scoresOf(takeFloat32(outputs, 'logits'), labels, { temperature: calibration?.temperature }),
    }),
  });

const readSquares = () =>
  defineHead({
    manifest: { ...about, id: 'drawn-squares', task: 'segmentation' },
    encoder: testEncoder,
    trained: read('squares'),
    feeds: ({ embedding, image }) => ({ embedding, image }),
    decode({ outputs, trained: { labels } }) {
      const channels = channelsByLabel(takeFloat32(outputs, 'masks'), labels);
      const quality = numbersByLabel(takeFloat32(outputs, 'iou'), labels);
      const presence = numbersByLabel(takeFloat32(outputs, 'presence'), labels);
      const masks = labels.map((label) => {
        const { size, values: logits } = channels.get(label)!;
        return { label, size, logits, threshold: 0.5, presence: presence.get(label)!, quality: quality.get(label)! };
      });
      return { masks };
    },
  });

/** A grey picture, 16 x 16, with a square of 9 x 9 in this colour. */
function drawSquare(colour: string): Promise<Uint8Array> {
  const square = { create: { width: 9, height: 9, channels: 3 as const, background: colour } };
  return sharp({ create: { width: 16, height: 16, channels: 3, background: '#505050' } })
    .composite([{ input: square, left: 4, top: 2 }])
    .png()
    .toBuffer();
}

describe.skipIf(!isThere)(`heads that medzoo-train wrote${LEFT_OUT}`, () => {
  if (!isThere) return;
  const [classes, squares] = [readClasses(), readSquares()];
  const golden = (name: string): URL => new URL(`${name}/golden.json`, folder);

  describe('a classifier', () => {
    testHead(classes, { it, golden: golden('classes') });
  });
  describe('a segmenter', () => {
    testHead(squares, { it, golden: golden('squares') });
  });

  it('tell the pictures apart that they were trained to tell apart', async () => {
    const zoo = await createZoo({ heads: [classes, squares] });
    const ask = async (colour: string) => {
      const outcomes = await zoo.analyze(await drawSquare(colour), { 'drawn-classes': {}, 'drawn-squares': {} });
      const [label, found] = [outcomes['drawn-classes'], outcomes['drawn-squares']];
      return [label.ok && label.value.label, found.ok && found.value.masks[0]?.absentBecause];
    };
    expect(await ask('#e6e6e6')).toEqual(['white', undefined]);
    expect(await ask('#e61e1e')).toEqual(['red', undefined]);
    expect((await ask('#505050'))[0]).toBe('none');
    await zoo.close();
  });

  it('say what they were measured on, with an interval', () => {
    for (const { trained } of [classes, squares]) {
      expect(trained.metrics.length).toBeGreaterThan(3);
      expect(trained.metrics.every(({ dataset, split }) => dataset === 'drawn squares' && split === 'test')).toBe(true);
      expect(trained.metrics.some(({ interval95 }) => interval95 !== undefined)).toBe(true);
    }
  });
});
