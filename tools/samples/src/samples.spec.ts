import { readFile, readdir } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodePhantom } from './files/encode-phantom.js';
import { SLICE_FILES } from './files/encode-slices.js';
import type { Phantom } from './phantom.js';
import { drawSample, locateSample, SAMPLE_NAMES, sampleFormat, SAMPLES_DIR } from './samples.js';

/** What a viewer sees of a file. Another machine's zlib may pack the same pixels into other bytes. */
async function decode(bytes: Uint8Array) {
  const { data, info } = await sharp(bytes).raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: info.channels, data };
}

describe.each(SAMPLE_NAMES)('sample %s', (name) => {
  let phantom: Phantom;
  beforeAll(() => (phantom = drawSample(name)));

  it('is redrawn as it lies in the repository (npm run samples)', async () => {
    const stored = await readFile(locateSample(name));
    const redrawn = await encodePhantom(phantom, sampleFormat(name));
    const [was, is] = await Promise.all([decode(stored), decode(redrawn)]);
    expect({ ...is, data: undefined }).toEqual({ ...was, data: undefined });
    expect(is.data.equals(was.data)).toBe(true);
  });

  it('is small, not square, and lit from dark to bright', async () => {
    const { width, height } = phantom.size;
    expect(width).not.toBe(height);
    expect((await readFile(locateSample(name))).length).toBeLessThan(150_000);
    const darkest = phantom.pixels.reduce((a, b) => Math.min(a, b));
    const brightest = phantom.pixels.reduce((a, b) => Math.max(a, b));
    expect([darkest < 0.3, brightest > 0.6]).toEqual([true, true]);
  });

  it('knows where its target is', () => {
    const [mask, ...others] = Object.values(phantom.masks);
    expect(others).toEqual([]);
    const share = mask!.reduce((sum, value) => sum + value, 0) / mask!.length;
    expect(mask).toHaveLength(phantom.size.width * phantom.size.height);
    expect(share).toBeGreaterThan(0.015);
    expect(share).toBeLessThan(0.4);
  });
});

it.each(Object.entries(SLICE_FILES))('%s is redrawn as it lies in the repository', async (file, encode) => {
  const unpacked = (bytes: Uint8Array) => (file.endsWith('.gz') ? gunzipSync(bytes) : Buffer.from(bytes));
  const stored = await readFile(new URL(file, SAMPLES_DIR));
  expect(stored.length).toBeLessThan(150_000);
  expect(unpacked(stored).equals(unpacked(encode(drawSample('brain-slice'))))).toBe(true);
});

it('the folder holds the samples and nothing else', async () => {
  const names = SAMPLE_NAMES.map((name) => locateSample(name).pathname.split('/').at(-1));
  expect((await readdir(SAMPLES_DIR)).toSorted()).toEqual([...names, ...Object.keys(SLICE_FILES)].toSorted());
});
