import 'reflect-metadata';
import { bitmapToRle, type Rle } from '@medzoo/core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { measureParts } from './measure-parts.js';
import { MeasureMasks } from './measure-masks.js';

/** Stripes: as many runs as a mask of this size can have in a column. */
function drawStripes(width: number, height: number): Rle {
  const bits = Uint8Array.from({ length: width * height }, (_, index) => (Math.floor(index / width) % 2 === 0 ? 1 : 0));
  return bitmapToRle(bits, { width, height });
}

const forever = new AbortController().signal;

function create(): MeasureMasks {
  const masks = new MeasureMasks();
  onTestFinished(() => masks.close());
  return masks;
}

describe('MeasureMasks', () => {
  it('measures small masks and large ones alike', async () => {
    const masks = create();
    for (const rle of [drawStripes(7, 5), drawStripes(600, 400)]) {
      for (const request of [
        { rle, largestPartOnly: false },
        { rle, largestPartOnly: true, pixelSize: { x: 0.5, y: 2 } },
      ])
        expect(await masks.measure(request, forever)).toEqual(measureParts(request));
    }
  });

  it('does not hold up the event loop with a large one', async () => {
    const rle = drawStripes(2000, 500);
    const masks = create();
    await masks.measure({ rle: drawStripes(600, 400), largestPartOnly: false }, forever); // the thread is there
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    await masks.measure({ rle, largestPartOnly: false }, forever);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(20); // half a million runs take most of a second
  });

  it('answers the same question of one request once', async () => {
    const masks = create();
    const rle = drawStripes(7, 5);
    const ask = (signal = forever) => masks.measure({ rle, largestPartOnly: true }, signal);
    const first = ask();
    expect(ask()).toBe(first);
    expect(ask(new AbortController().signal)).not.toBe(first);
    expect(masks.measure({ rle, largestPartOnly: false }, forever)).not.toBe(first);
  });

  it('leaves out what nobody waits for any more', async () => {
    const masks = create();
    const controller = new AbortController();
    const rle = drawStripes(7, 5);
    const first = masks.measure({ rle, largestPartOnly: true }, forever);
    const left = masks.measure({ rle, largestPartOnly: true }, controller.signal);
    const failed = expect(left).rejects.toThrow('gone');
    controller.abort(new Error('gone'));
    await failed;
    expect((await first).parts).toBe(3);
  });
});
