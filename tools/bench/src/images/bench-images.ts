import { readFile } from 'node:fs/promises';
import { decodeImage } from '@medzoo/core';
import { locateSample, SAMPLE_NAMES } from '@medzoo/samples';
import sharp from 'sharp';

/** Image files that all servers read alike: 8-bit RGB, of the phantoms. */
export interface BenchImages {
  readonly files: readonly Uint8Array[];
  /**
   * The next file, with an ending that makes its digest new and that no decoder reads: nobody can have it in a cache.
   */
  readonly fresh: () => Uint8Array;
}

let stamp = Date.now();

/** The phantoms as PNG, in turn; with a size, stretched to it and with noise of their own, as JPEG. */
export async function createBenchImages(): Promise<BenchImages> {
  const files = await Promise.all(
    SAMPLE_NAMES.map(async (name) => {
      const { width, height, channels, data } = await decodeImage(await readFile(locateSample(name)));
      return sharp(data, { raw: { width, height, channels } }).toColourspace('srgb').png().toBuffer();
    }),
  );
  let next = 0;
  return {
    files,
    fresh() {
      next += 1;
      return stampFile(files[next % files.length]!);
    },
  };
}

/** A photograph's size of structure and noise; `seed` makes another one. */
export async function drawLargeImage(seed: number, size = 2000): Promise<Uint8Array> {
  const noise = { type: 'gaussian', mean: 90 + (seed % 60), sigma: 25 } as const;
  const create = { width: size, height: size, channels: 3, background: 'black', noise } as const;
  const bytes = await sharp({ create }).blur(2).jpeg({ quality: 85 }).toBuffer();
  return stampFile(bytes);
}

function stampFile(file: Uint8Array): Uint8Array {
  stamp += 1;
  return Buffer.concat([file, Buffer.from(` ${stamp}`)]);
}
