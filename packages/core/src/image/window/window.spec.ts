import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage } from '../decoding/decode-image.js';

const [width, height] = [100, 80];

/** 12 bits in 16, as a camera stores them: a slope with a little of everything. */
const plain = Uint16Array.from({ length: width * height }, (_, index) => {
  return 200 + ((index * 7919) % 1500) + 12 * (index % width);
});
const [least, most] = [Math.min(...plain), Math.max(...plain)];

function png(values: Uint16Array, channels: 1 | 2 | 3 | 4 = 1): Promise<Buffer> {
  return sharp(values, { raw: { width, height, channels, depth: 'ushort' } } as object)
    .toColourspace(channels > 2 ? 'rgb16' : 'grey16')
    .png()
    .toBuffer();
}

/** The plain image with other values in some pixels. */
const changed = (valueAt: (x: number, y: number) => number | undefined): Uint16Array =>
  plain.map((value, index) => valueAt(index % width, Math.floor(index / width)) ?? value);

async function windowOf(values: Uint16Array, channels: 1 | 2 | 3 | 4 = 1): Promise<readonly number[]> {
  const { window } = (await decodeImage(await png(values, channels))).view;
  return [window!.center - window!.width / 2, window!.center + window!.width / 2];
}

describe('the window of 16-bit values', () => {
  it('is from the smallest to the largest where none is far off', async () => {
    expect(await windowOf(plain)).toEqual([least, most]);
  });

  it.each<[string, (x: number, y: number) => number | undefined]>([
    ['one hot pixel', (x, y) => (x === 7 && y === 9 ? 65_535 : undefined)],
    ['a dead pixel and a hot one', (x, y) => (y === 9 && x < 2 ? [0, 60_000][x] : undefined)],
    ['a scale bar', (x, y) => (y > 70 && y < 75 && x > 60 && x < 95 ? 65_535 : undefined)],
    [
      'a scale bar with its lettering',
      (x, y) => (y > 70 && y < 75 && x > 60 && x < 95 ? 65_535 - 9000 * Number(x === 61 && y < 73) : undefined),
    ],
  ])('is not set by %s', async (_, valueAt) => {
    const [low, high] = await windowOf(changed(valueAt));
    expect(low).toBeGreaterThanOrEqual(least - 200);
    expect(low).toBeLessThanOrEqual(least + 200);
    expect(high).toBe(most);
  });

  it('is not set by a black border around values that are far from black, nor by one and a bar', async () => {
    const isBorder = (x: number, y: number): boolean => x < 8 || y < 8 || x >= width - 8 || y >= height - 8;
    const raised = (x: number, y: number): number => 30_000 + plain[y * width + x]!;
    const [low, high] = await windowOf(changed((x, y) => (isBorder(x, y) ? 0 : raised(x, y))));
    expect(low).toBeGreaterThanOrEqual(30_000 + least);
    expect(high).toBeLessThanOrEqual(30_000 + most);
    const both = await windowOf(
      changed((x, y) => (isBorder(x, y) ? 0 : y > 60 && y < 64 && x > 50 ? 65_535 : raised(x, y))),
    );
    expect(both[0]).toBeGreaterThanOrEqual(30_000 + least);
    expect(both[1]).toBeLessThanOrEqual(30_000 + most);
  });

  it('keeps a dark ground that is as near as the object is varied', async () => {
    expect(await windowOf(changed((x) => (x < 30 ? 0 : undefined)))).toEqual([0, most]);
  });

  it('is not set by pixels that are transparent', async () => {
    const hidden = new Uint16Array(plain.length * 2);
    plain.forEach((value, index) => hidden.set(index % 10 === 0 ? [50_000 + index, 0] : [value, 65_535], 2 * index));
    const [, high] = await windowOf(hidden, 2);
    expect(high).toBeLessThanOrEqual(most);
    const allHidden = hidden.map((value, index) => (index % 2 === 1 ? 0 : value));
    expect((await decodeImage(await png(allHidden, 2))).data).toHaveLength(plain.length);
  });

  it('is one for all three colours, and a grey picture saved in colour is the same picture', async () => {
    const grey = await decodeImage(await png(plain));
    const saved = Uint16Array.from({ length: plain.length * 3 }, (_, index) => plain[Math.floor(index / 3)]!);
    const colour = await decodeImage(await png(saved, 3));
    expect(colour.view).toEqual(grey.view);
    expect([...colour.data.filter((_, index) => index % 3 === 1)]).toEqual([...grey.data]);
    const tinted = await decodeImage(
      await png(
        saved.map((value, index) => [value, value >> 1, value >> 2][index % 3]!),
        3,
      ),
    );
    expect(tinted.view.window).toMatchObject({ source: 'percentiles', center: ((least >> 2) + most) / 2 });
  });

  it.each<[string, (x: number, y: number) => readonly number[] | undefined]>([
    ['hidden pixels of other colours', (x, y) => (y < 30 ? [60_000 - 500 * x, 3, 700 * x, 0] : undefined)],
    ['a coloured scale bar', (x, y) => (y > 70 && y < 75 && x > 60 && x < 95 ? [65_535, 0, 0, 65_535] : undefined)],
    [
      'a hot red pixel and a hot blue one',
      (x, y) => (y === 9 && x < 2 ? [65_535 * x, 0, 65_535 - 65_535 * x, 65_535] : undefined),
    ],
  ])('of a grey picture saved in colour is not set by %s', async (_, colourAt) => {
    const values = Uint16Array.from(
      [...plain].flatMap((value, index) => {
        return colourAt(index % width, Math.floor(index / width)) ?? [value, value, value, 65_535];
      }),
    );
    const [low, high] = await windowOf(values, 4);
    expect(Math.abs(low! - least)).toBeLessThanOrEqual(200);
    expect(high).toBe(most);
  });

  it('is the full range of colours that do not go together', async () => {
    const unlike = Uint16Array.from({ length: plain.length * 3 }, (_, index) => {
      const value = plain[Math.floor(index / 3)]!;
      return index % 3 === 1 ? 4000 - value : value;
    });
    const { view, data } = await decodeImage(await png(unlike, 3));
    expect(view.window).toMatchObject({ function: 'LINEAR_EXACT', source: 'stored' });
    expect([...data]).toEqual([...unlike].map((value) => value >> 8));
  });

  it.each([1, 3] as const)(
    'that is the full range gives the same again, whatever the value, in %d channels',
    async (channels) => {
      const all = Uint16Array.from({ length: width * height * channels }, (_, index) => (index * 7919 + 127) % 65_536);
      const bytes = await png(all, channels);
      const own = await decodeImage(bytes, {}, { rule: { rule: 'stored' } });
      const { center, width: around } = own.view.window!;
      const again = await decodeImage(bytes, {}, { view: { window: { center, width: around } } });
      expect([...again.data]).toEqual([...own.data]);
    },
  );

  it('is that of the caller, and what was used gives the same again', async () => {
    const bytes = await png(plain);
    const own = await decodeImage(bytes);
    const { center, width: around } = own.view.window!;
    const again = await decodeImage(bytes, {}, { view: { window: { center, width: around } } });
    expect([...again.data]).toEqual([...own.data]);
    expect(again.view.window).toEqual({ center, width: around, function: 'LINEAR_EXACT', source: 'request' });
    const narrow = await decodeImage(bytes, {}, { view: { window: { center: 1000, width: 100 } } });
    expect([...narrow.data]).toEqual(
      [...plain].map((value) => Math.min(255, Math.max(0, Math.round((value - 950) * 2.55)))),
    );
  });

  it('may be given for 8 bits as well, which have none by themselves', async () => {
    const grey = Uint8Array.from({ length: width * height }, (_, index) => index % 256);
    const bytes = await sharp(grey, { raw: { width, height, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    expect((await decodeImage(bytes)).view).toEqual({
      frame: 0,
      frames: 1,
      window: null,
      spacing: null,
      modality: null,
    });
    const { data } = await decodeImage(bytes, {}, { view: { window: { center: 100, width: 20 } } });
    expect([data[89], data[100], data[111]]).toEqual([0, 128, 255]);
  });

  it.each([
    [{ frame: -1 }, 'view.frame is a whole number, 0 or more; got -1.'],
    [{ frame: 1.5 }, 'got 1.5'],
    [{ window: { center: 3 } }, 'view.window.width is a number above 0, in stored values; got undefined'],
    [{ window: { center: NaN, width: 3 } }, 'view.window.center is a number'],
    [{ window: { center: 1, width: 0 } }, 'view.window.width is a number above 0'],
    [{ windw: {} }, 'There is no option view.windw; there are view.frame, view.window, view.slices. Did you mean'],
    ['first', 'view must be an object; got "first".'],
  ])('must be one: %j', async (view, message) => {
    const wrong = decodeImage(await png(plain), {}, { view: view as never });
    await expect(wrong).rejects.toMatchObject({
      code: 'INVALID_PARAM',
      message: expect.stringContaining(message) as string,
    });
  });
});
