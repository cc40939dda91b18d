import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testEncoder } from '@medzoo/core/testing';
import { parse } from 'csv-parse/sync';
import sharp from 'sharp';
import { runEmbed, type EmbedOptions } from '../embed/run-embed.js';

export const SIZE = { width: 24, height: 12 };

/** Brighter to the right, and more so with `slope`: no two of them are alike, nor like their mirror images. */
export function paint(slope: number, { width, height } = SIZE): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: width * height }, (_, pixel) => (pixel % width) * slope);
  return sharp(pixels, { raw: { width, height, channels: 1 } })
    .toColourspace('b-w')
    .png()
    .toBuffer();
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A folder with a set of images, and the embeddings of it. */
export async function createEmbedFolder() {
  const folder = await mkdtemp(join(tmpdir(), 'embed-'));
  const at = (...parts: string[]): string => join(folder, ...parts);
  return {
    at,
    embed: (options: Partial<EmbedOptions> = {}) =>
      runEmbed({
        data: at('set'),
        out: at('emb'),
        copies: 0,
        changes: ['flip', 'rotate', 'brightness', 'contrast'],
        seed: 1,
        splits: undefined,
        kept: { images: false, masks: false },
        replace: false,
        chosen: { encoder: testEncoder, package: { name: '@medzoo/test', version: '1.0.0' } },
        config: { threads: 1 },
        onProgress: () => undefined,
        onNote: () => undefined,
        ...options,
      }),
    readRows: async (): Promise<Record<string, string>[]> =>
      parse(await readFile(at('emb/rows.csv')), { columns: true }),
    writeSet: async (index: readonly string[]): Promise<void> => {
      await mkdir(at('set'), { recursive: true });
      await writeFile(at('set/index.csv'), index.join('\n'));
      for (const slope of [1, 2, 3, 4, 5, 6]) await writeFile(at('set', `${slope}.png`), await paint(slope));
    },
  };
}
