import { knownImageSource, type ImageSource } from '@medzoo/core';
import { expect, it, vi } from 'vitest';
import type { StoredImage } from '../images/stored-image.js';
import { HeldFiles } from './held-files.js';

type Read = () => Promise<ImageSource>;

const id = 'a'.repeat(64);
const image: StoredImage = { id, width: 4, height: 3, bytes: 1, format: 'dicom', frames: 500, frame: 0 };
const source = knownImageSource(Uint8Array.of(1), id);

it('reads a file once while any of its frames is in use, and again after that', async () => {
  const readFile = vi.fn(() => Promise.resolve(source));
  const files = new HeldFiles(readFile);
  let answer: () => void = () => undefined;
  const answered = new Promise<void>((resolve) => (answer = resolve));
  const first = files.use(image, async (read: Read) => {
    await read();
    await answered;
  });
  const others = [1, 2, 3].map((frame) => files.use(image, async (read: Read) => [frame, await read()]));
  expect(await Promise.all(others)).toEqual([1, 2, 3].map((frame) => [frame, source]));
  expect(readFile).toHaveBeenCalledTimes(1);
  answer();
  await first;
  await files.use(image, (read: Read) => read());
  expect(readFile).toHaveBeenCalledTimes(2);
});

it('reads nothing for who gets no place, and keeps no file whose frame failed', async () => {
  const readFile = vi.fn<Read>().mockRejectedValueOnce(new Error('gone')).mockResolvedValue(source);
  const files = new HeldFiles(readFile);
  await expect(files.use(image, () => Promise.reject(new Error('busy')))).rejects.toThrow('busy');
  expect(readFile).not.toHaveBeenCalled();
  await expect(files.use(image, (read: Read) => read())).rejects.toThrow('gone');
  expect(await files.use(image, (read: Read) => read())).toBe(source);
});
