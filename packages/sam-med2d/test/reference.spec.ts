import { existsSync, readFileSync } from 'node:fs';
import { createOnnxBackend, float32Tensor, preprocess, type Tensor } from '@medzoo/core';
import { describe, expect, it } from 'vitest';
import { promptTokens, type Prompts } from '../src/prompt-tokens.js';
import { samMed2d } from '../src/sam-med2d.js';

// The reference's small checkpoint may not be copied into the project. `python tools/train/tests/export_mini.py`
// exports it, and its expected numbers, to this folder; continuous integration does so before this test.
const folder = new URL('../../../tools/train/build/sam-med2d-mini/', import.meta.url);
const isThere = existsSync(new URL('expected.json', folder));
const LEFT_OUT = isThere
  ? ''
  : ' (left out: tools/train/build/sam-med2d-mini is not exported, see tools/train/README.md)';

function readBytes(name: string): Uint8Array {
  return readFileSync(new URL(`${name}.bin`, folder));
}

function readExpected(name: string): Tensor<'float32'> {
  const shapes = JSON.parse(readFileSync(new URL('expected.json', folder), 'utf8')) as Record<
    string,
    { shape: number[] }
  >;
  return float32Tensor(shapes[name]!.shape, new Float32Array(Uint8Array.from(readBytes(name)).buffer));
}

function largestDifference(found: Tensor | undefined, expected: Tensor<'float32'>): number {
  expect(found?.shape).toEqual(expected.shape);
  const values = found?.data as Float32Array;
  return expected.data.reduce((largest, value, index) => Math.max(largest, Math.abs(value - values[index]!)), 0);
}

const identity = (point: { x: number; y: number }) => point;
const points: Prompts['points'] = [
  { x: 80, y: 120, positive: true },
  { x: 200, y: 40, positive: false },
];
const box = { x: 30, y: 40, width: 150, height: 160 };

describe.skipIf(!isThere)(`a converted SAM-Med2D against the reference code${LEFT_OUT}`, () => {
  const load = () => samMed2d({ model: new URL('model.json', folder) });

  it('preprocesses as the reference does', () => {
    const image = { width: 256, height: 256, channels: 3, data: readBytes('image'), format: 'png' } as const;
    const input = preprocess(image, load().encoder.trained.preprocess);
    expect(largestDifference(input, readExpected('input'))).toBeLessThanOrEqual(1e-5);
  });

  it('embeds as the reference does, within 1e-4', async () => {
    const session = await (await createOnnxBackend()).open(load().encoder.trained.model);
    const { embedding } = await session.run({ image: readExpected('input') });
    expect(largestDifference(embedding, readExpected('embedding'))).toBeLessThanOrEqual(1e-4);
    await session.close();
  });

  it.each([
    ['points', { points, box: undefined }, false],
    ['box', { points: [], box }, false],
    ['points_box_mask', { points, box }, true],
  ] as const)('answers the prompts "%s" as the reference does, within 1e-4', async (name, prompts, hasMask) => {
    const session = await (await createOnnxBackend()).open(load().trained.model);
    const { coords, labels } = promptTokens(prompts, identity);
    const { masks, iou } = await session.run({
      embedding: readExpected('embedding'),
      point_coords: coords,
      point_labels: labels,
      mask_input: readExpected('mask_input'),
      has_mask_input: float32Tensor([1], Float32Array.of(hasMask ? 1 : 0)),
    });
    expect(largestDifference(masks, readExpected(`${name}.low_res_masks`))).toBeLessThanOrEqual(1e-4);
    expect(largestDifference(iou, readExpected(`${name}.iou`))).toBeLessThanOrEqual(1e-4);
    await session.close();
  });
});
