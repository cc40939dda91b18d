import { expect, it } from 'vitest';
import { writeTiff } from '../../../test/write-tiff.js';
import { decodeImage } from '../decoding/decode-image.js';

const [width, height] = [16, 32];
const pixels = width * height;

it.each([
  ['grey', 8, 'strips', 1],
  ['grey', 16, 'strips', 1],
  ['colours', 8, 'strips', 3],
  ['colours', 16, 'strips', 3],
  ['grey', 8, 'tiles', 1],
  ['colours', 8, 'tiles', 3],
  ['colours', 16, 'tiles', 3],
] as const)('%s of %i bits in planes of %s are divided by their opacity, as side by side', async (...given) => {
  const [, bits, layout, colours] = given;
  const isTiled = layout === 'tiles';
  const largest = 2 ** bits - 1;
  const make = (length: number, valueAt: (at: number) => number): Uint8Array | Uint16Array => {
    const values = Array.from({ length }, (_, at) => Math.round(valueAt(at)));
    return bits === 8 ? Uint8Array.from(values) : Uint16Array.from(values);
  };
  const opacity = make(pixels, (at) => (largest * at) / (pixels - 1));
  const own = Array.from({ length: colours }, (_, colour) =>
    make(pixels, (at) => ((at * 7 + colour * 50) % 251) * (largest / 255)),
  );
  const samples = [...own.map((plane) => make(pixels, (at) => (plane[at]! * opacity[at]!) / largest)), opacity];
  const count = samples.length;
  const together = make(pixels * count, (at) => samples[at % count]![Math.floor(at / count)]!);
  const tags = { 258: samples.map(() => bits), 262: [colours === 3 ? 2 : 1], 277: [count], 338: [1] };
  const read = async (strips: readonly (typeof opacity)[], planar: Record<number, number[]>): Promise<number[]> => {
    const file = writeTiff([{ width, height, strips, isTiled, tags: { ...tags, ...planar } }]);
    return [...(await decodeImage(file, {}, { view: { window: { center: largest / 2, width: largest } } })).data];
  };
  const found = await read(samples, { 284: [2] });
  const expected = await read([together], {});
  // libtiff rounds some of its own quotients the other way.
  expect(Math.max(...found.map((value, at) => Math.abs(value - expected[at]!)))).toBeLessThanOrEqual(1);
  expect(found.length).toBe(expected.length);
  if (bits === 8) expect(Math.abs(found.at(-1 - colours)! - own[colours - 1]!.at(-2)!)).toBeLessThan(3);
});
