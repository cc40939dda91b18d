import { createZoo, float32Tensor, rleDice, type ZooEvent } from '@medzoo/core';
import { testHead } from '@medzoo/core/testing';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { promptTokens } from './prompt-tokens.js';
import { promptable } from './promptable.js';

const double = ({ x, y }: { x: number; y: number }) => ({ x: 2 * x, y: 2 * y });

describe('promptTokens', () => {
  it('puts points first and closes with padding where there is no box, as SAM does', () => {
    const { coords, labels } = promptTokens(
      {
        points: [
          { x: 3, y: 4, positive: true },
          { x: 5, y: 6, positive: false },
        ],
        box: undefined,
      },
      double,
    );
    expect([...coords.data]).toEqual([6, 8, 10, 12, 0, 0]);
    expect([...labels.data]).toEqual([1, 0, -1]);
    expect(coords.shape).toEqual([1, 3, 2]);
  });

  it('gives a box as its two corners, without padding', () => {
    const { coords, labels } = promptTokens({ points: [], box: { x: 1, y: 2, width: 10, height: 20 } }, double);
    expect([...coords.data]).toEqual([2, 4, 22, 44]);
    expect([...labels.data]).toEqual([2, 3]);
  });

  it('asks for more than points beside the object, but takes them with a box', () => {
    const points = [{ x: 3, y: 4, positive: false }];
    expect(() => promptTokens({ points, box: undefined }, double)).toThrow('give at least one on it');
    const box = { x: 1, y: 2, width: 10, height: 20 };
    expect(promptTokens({ points, box }, double).labels.data).toEqual(Float32Array.of(0, 2, 3));
  });

  it('asks for a prompt when there is none', () => {
    expect(() => promptTokens({ points: [], box: undefined }, double)).toThrow(
      expect.objectContaining({ code: 'INVALID_PARAM', message: expect.stringMatching(/points.*box/) as string }),
    );
  });
});

describe('promptable', () => {
  // The exporter's prompts, in pixels of its picture, which is 300 wide and 210 high.
  const [x, y] = [300 / 256, 210 / 256];
  testHead(promptable, {
    it,
    golden: new URL('../golden/golden.json', import.meta.url),
    params: {
      box: { x: 60 * x, y: 50 * y, width: 130 * x, height: 150 * y },
      points: [{ x: 120 * x, y: 110 * y, positive: true }],
    },
  });

  const outputs = {
    masks: float32Tensor(
      [1, 4, 64, 64],
      Float32Array.from({ length: 4 * 64 * 64 }, (_, i) => Math.floor(i / 4096) - 1.5),
    ),
    iou: float32Tensor([1, 4], Float32Array.of(0.9, 0.2, 1.3, 0.4)),
  };
  const decode = (multimask: boolean) =>
    promptable.decode({
      outputs,
      params: { points: [], box: undefined, multimask, threshold: 0.5 },
      trained: promptable.trained,
    });

  it('answers with mask 0, or with the best of the other three by estimated IoU', () => {
    const [one] = decode(false).masks;
    const [best] = decode(true).masks;
    expect(one?.quality).toBeCloseTo(0.9);
    expect(one?.logits?.[0]).toBeCloseTo(-1.5);
    expect(best?.quality).toBe(1);
    expect(best?.logits?.[0]).toBeCloseTo(0.5);
    expect(best?.size).toEqual({ width: 256, height: 256 });
  });

  it('answers to prompts at one time as to each alone', async () => {
    const runs: number[] = [];
    const observer = (event: ZooEvent) => {
      if (event.type === 'run' && event.role === 'head') runs.push(event.batch);
    };
    const [together, apart] = [
      await createZoo({ heads: [promptable], observer }),
      await createZoo({ heads: [promptable], batching: { cpu: false } }),
    ];
    const picture = await sharp({
      create: {
        width: 90,
        height: 60,
        channels: 3,
        background: '#334',
        noise: { type: 'gaussian', mean: 90, sigma: 40 },
      },
    })
      .png()
      .toBuffer();
    const prompts = [0, 1, 2, 3, 4, 5].map((step) => {
      const at = { x: 10 + 8 * step, y: 10 + 5 * step };
      return step % 3 === 2 ? { points: [{ ...at, positive: true }] } : { box: { ...at, width: 30, height: 20 } };
    });
    const ask = (zoo: typeof apart) =>
      Promise.all(
        prompts.map(async (prompt) => {
          const { promptable: outcome } = await zoo.analyze(picture, { promptable: prompt });
          if (!outcome.ok) throw outcome.error;
          return outcome.value.masks[0]!;
        }),
      );
    const expected = await ask(apart);
    for (let time = 1; time <= 2; time += 1) {
      // The first time they are held against runs alone.
      for (const [index, { rle, quality }] of (await ask(together)).entries()) {
        expect(rleDice(rle, expected[index]!.rle)).toBeGreaterThanOrEqual(0.999);
        expect(quality).toBeCloseTo(expected[index]!.quality, 4);
      }
    }
    expect(Math.max(...runs)).toBe(4); // boxes are two tokens, points with their padding as well
    await Promise.all([together.close(), apart.close()]);
  });

  it('takes prompts in pixels of the image and refuses those outside it', async () => {
    const zoo = await createZoo({ heads: [promptable] });
    const picture = await sharp({ create: { width: 90, height: 60, channels: 3, background: '#334' } })
      .png()
      .toBuffer();
    const { promptable: outcome } = await zoo.analyze(picture, {
      promptable: { box: { x: 10, y: 5, width: 60, height: 40 } },
    });
    expect(outcome.ok && outcome.value.masks[0]).toMatchObject({
      label: 'object',
      rle: { size: { width: 90, height: 60 } },
    });
    await expect(
      zoo.analyze(picture, { promptable: { points: [{ x: 91, y: 5, positive: true }] } }),
    ).rejects.toMatchObject({ code: 'INVALID_PARAM' });
    await zoo.close();
  });
});
