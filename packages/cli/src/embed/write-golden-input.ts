import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeImage, preprocess, type Session } from '@medzoo/core';
import { takeFloat32, type Encoder } from '@medzoo/core/contract';
import sharp from 'sharp';
import { createRandom } from '../statistics/bootstrap.js';
import { writeSafetensors } from './folder/write-safetensors.js';

const SIZE = { width: 300, height: 210 };
const SPOTS = 26;
const SEED = 11;

/**
 * Writes a picture that is nobody's, golden.png, and what the encoder makes of it, golden.safetensors: `image` float32
 * [1, 3, height, width], its input, and `embedding` float32 [1, channels, height, width]. The trainer makes a golden
 * record of them, which needs no encoder then.
 */
export async function writeGoldenInput(folder: string, { trained }: Encoder, session: Session): Promise<void> {
  const picture = await drawPicture();
  const image = preprocess(await decodeImage(picture), trained.preprocess);
  const outputs = await session.run({ [trained.model.inputs[0]!.name]: image });
  const embedding = takeFloat32(outputs, trained.model.outputs[0]!.name);
  await writeFile(join(folder, 'golden.png'), picture);
  const store = ({ shape, data }: { readonly shape: readonly number[]; readonly data: Float32Array }) => ({
    ...{ dtype: 'F32' as const, shape },
    bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  });
  await writeSafetensors(join(folder, 'golden.safetensors'), { image: store(image), embedding: store(embedding) });
}

/** Coloured spots with hard edges on a shaded ground, and noise: every stage of the preprocessing shows on it. */
function drawPicture(): Promise<Buffer> {
  const random = createRandom(SEED);
  const spots = Array.from({ length: SPOTS }, () => ({
    ...{ x: random() * SIZE.width, y: random() * SIZE.height, radius: 6 + random() * 40 },
    colour: [random(), random(), random()].map((share) => 20 + share * 230),
  }));
  const pixels = new Uint8ClampedArray(SIZE.width * SIZE.height * 3);
  for (let pixel = 0; pixel < SIZE.width * SIZE.height; pixel += 1) {
    const [x, y] = [pixel % SIZE.width, Math.floor(pixel / SIZE.width)];
    const spot = spots.findLast((one) => Math.hypot(x - one.x, (y - one.y) / 0.7) < one.radius);
    const shade = 0.7 + (0.45 * x) / SIZE.width;
    const noise = (random() - 0.5) * 12;
    for (const [channel, value] of (spot?.colour ?? [36, 22, 30]).entries()) {
      pixels[3 * pixel + channel] = value * shade + noise;
    }
  }
  return sharp(pixels, { raw: { ...SIZE, channels: 3 } })
    .png()
    .toBuffer();
}
