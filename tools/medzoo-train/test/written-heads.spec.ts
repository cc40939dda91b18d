import { existsSync } from 'node:fs';
import { createZoo, type Head } from '@medzoo/core';
import { testEncoder, testHead } from '@medzoo/core/testing';
import { modelHead } from '@medzoo/sam-med2d';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';

// `python tests/write_heads.py` trains these; continuous integration does so before this test.
const folder = new URL('../build/heads/', import.meta.url);
const NAMES = ['classes', 'colours', 'shades', 'several', 'middles', 'squares'] as const;
/** The ONNX files of some of them, as `medzoo-describe` describes a file from elsewhere. */
const DESCRIBED = ['classes', 'several', 'middles', 'squares'].map((name) => `described-${name}`);
const isThere = [...NAMES, ...DESCRIBED].every((name) => existsSync(new URL(`${name}/model.json`, folder)));
const LEFT_OUT = isThere ? '' : ' (left out: tools/medzoo-train/build/heads is not written, see its README.md)';

/** As the SDK opens a head without code, by the standard rule of its task. */
const open = (name: string): Head => modelHead(new URL(`${name}/model.json`, folder), { encoder: testEncoder });

/** A grey picture, 16 x 16, with a square of 9 x 9 in this colour, whose middle is at 8.5, 6.5. */
function drawSquare(colour: string): Promise<Uint8Array> {
  const square = { create: { width: 9, height: 9, channels: 3 as const, background: colour } };
  return sharp({ create: { width: 16, height: 16, channels: 3, background: '#505050' } })
    .composite([{ input: square, left: 4, top: 2 }])
    .png()
    .toBuffer();
}

describe.skipIf(!isThere)(`heads that medzoo-train wrote${LEFT_OUT}`, () => {
  if (!isThere) return;

  describe.each([...NAMES, ...DESCRIBED])('%s', (name) => {
    testHead(open(name), { it, golden: new URL(`${name}/golden.json`, folder) });
  });

  it('tell apart the pictures that they were trained to tell apart', async () => {
    const zoo = await createZoo({ heads: NAMES.map(open) });
    const ask = async (colour: string) => {
      const { classes, colours, several, squares } = await zoo.analyze(
        await drawSquare(colour),
        Object.fromEntries(NAMES.map((name) => [name, {}])),
      );
      const masksOf = (outcome: typeof colours) =>
        outcome?.ok && outcome.value.task === 'segmentation'
          ? outcome.value.masks.filter(({ area }) => area > 20).map(({ label }) => label)
          : undefined;
      return {
        label: classes?.ok && classes.value.task === 'classification' && classes.value.label,
        labels: several?.ok && several.value.task === 'multilabel' && several.value.labels,
        colours: masksOf(colours),
        squares: masksOf(squares),
      };
    };
    expect(await ask('#e6e6e6')).toEqual({
      ...{ label: 'white', labels: ['white'], colours: ['white'], squares: ['square'] },
    });
    expect(await ask('#e61e1e')).toEqual({ label: 'red', labels: ['red'], colours: ['red'], squares: ['square'] });
    expect(await ask('#505050')).toMatchObject({ label: 'none', labels: [] });
    await zoo.close();
  });

  it('say how bright a picture is, and where its square lies', async () => {
    const zoo = await createZoo({ heads: [open('shades'), open('middles')] });
    const { shades, middles } = await zoo.analyze(await drawSquare('#e6e6e6'), { shades: {}, middles: {} });
    const value = shades.ok && shades.value.task === 'regression' ? shades.value.values[0]! : undefined;
    // 81 of 256 pixels are 230, all others 80.
    expect(value?.value).toBeCloseTo((81 * 230 + 175 * 80) / 256, 0);
    expect(value?.interval?.coverage).toBe(0.9);
    expect(value?.unit).toBe('1');
    const found = middles.ok && middles.value.task === 'keypoints' ? middles.value.points[0]!.point : undefined;
    expect(Math.hypot((found?.x ?? 0) - 8.5, (found?.y ?? 0) - 6.5)).toBeLessThan(3);
    await zoo.close();
  });

  it('say what they were measured on, with an interval', () => {
    for (const { trained } of NAMES.map(open)) {
      expect(trained.metrics.length).toBeGreaterThan(1);
      expect(trained.metrics.every(({ dataset, split }) => dataset === 'drawn squares' && split === 'test')).toBe(true);
      expect(trained.metrics.some(({ interval95 }) => interval95 !== undefined)).toBe(true);
    }
  });
});
