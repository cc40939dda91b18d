import { stat, writeFile } from 'node:fs/promises';
import { decodeImage, isZooError, type DecodedImage, type ImageView, type ZooConfig } from '@medzoo/core';
import sharp from 'sharp';
import { CommandError } from '../command-error.js';
import { describeError } from '../describe-error.js';
import { explainWriteError } from '../files/explain-write-error.js';
import { readImage } from '../files/read-image.js';
import { showPath } from '../files/show-path.js';
import { formatInspection } from './format-inspection.js';
import { inspectFile, toInspection } from './inspect-file.js';

export interface InspectCommand {
  readonly config: Required<Pick<ZooConfig, 'decoders' | 'limits'>>;
  readonly file: string;
  readonly view: ImageView;
  /** As JSON for programs. */
  readonly json: boolean;
  /** Where to write the frame as a person sees it. */
  readonly pixels: string | undefined;
}

/**
 * Says what is in a file; resolves to the exit code. With `json` a refusal is JSON as well: `{ error: { code, message }
 * }`.
 */
export async function runInspect({ config, file, view, json, pixels }: InspectCommand): Promise<number> {
  const { decoders, limits } = config;
  if (pixels !== undefined) await checkTarget(file, pixels);
  const refuse = (error: unknown): never => {
    const code = isZooError(error) ? error.code : 'INVALID_IMAGE'; // a file that cannot be read is none
    if (json) console.log(JSON.stringify({ error: { code, message: describeError(error) } }));
    throw new CommandError(`${showPath(file)}: ${describeError(error)}`);
  };
  const bytes = await readImage(file, limits).catch(refuse);
  const found = await inspectFile(bytes, { decoders, limits, view }).catch(refuse);
  console.log(json ? JSON.stringify(toInspection(found)) : formatInspection(showPath(file), found));
  if (pixels !== undefined) {
    await writePixels(await decodeImage(bytes, limits, { decoders, view }).catch(refuse), pixels);
    console.error(`The frame is in ${showPath(pixels)}.`);
  }
  return 0;
}

async function writePixels({ width, height, channels, data }: DecodedImage, path: string): Promise<void> {
  const picture = sharp(data, { raw: { width, height, channels } }).toColourspace(channels === 1 ? 'b-w' : 'srgb');
  await writeFile(path, await picture.png().toBuffer()).catch((error: unknown) => {
    throw explainWriteError(error, path);
  });
}

/** The picture is a PNG, and must not take the place of the image, under whatever name or link the image goes. */
async function checkTarget(file: string, pixels: string): Promise<void> {
  const [from, to] = await Promise.all([file, pixels].map((path) => stat(path).catch(() => undefined)));
  if (from !== undefined && from.ino === to?.ino && from.dev === to.dev) {
    throw new CommandError(`${showPath(pixels)} is the image itself, which would be lost. Name another file.`);
  }
  if (!/\.png$/i.test(pixels)) {
    throw new CommandError(`${showPath(pixels)} would be a PNG under another ending. Name a file that ends in .png.`);
  }
}
