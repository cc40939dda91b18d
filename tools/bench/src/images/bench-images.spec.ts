import { decodeImage } from '@medzoo/core';
import { expect, it } from 'vitest';
import { createBenchImages, drawLargeImage } from './bench-images.js';

it('fresh images have new bytes and the pixels of the phantoms, and stay readable', async () => {
  const { files, fresh } = await createBenchImages();
  const [first, ...others] = Array.from({ length: files.length + 1 }, fresh);
  const again = others.at(-1)!;
  expect(Buffer.compare(first!, again)).not.toBe(0);
  const [a, b] = await Promise.all([first!, again].map((bytes) => decodeImage(bytes)));
  expect(a!.channels).toBe(3);
  expect(Buffer.compare(a!.data, b!.data)).toBe(0);
});

it('large images have the size asked for', async () => {
  expect(await decodeImage(await drawLargeImage(1, 300))).toMatchObject({ width: 300, height: 300, channels: 3 });
});
