import { fileURLToPath } from 'node:url';
import { automed } from '@medzoo/automed';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import sharp from 'sharp';

/** The files that medzoo opens on a provider, or the reference files, float16 weights computed in float32. */
export type Weights = 'shipped' | 'reference';

export interface ModelPaths {
  readonly encoder: string;
  readonly head: string;
}

const { size, mean, std } = automed.encoder.trained.preprocess;

/** The ONNX files of the encoder and the head that everybody in the bench runs. `provider` is medzoo's name for it. */
export function findModels(provider: string, weights: Weights = 'shipped'): ModelPaths {
  const [name] = provider.split(':');
  const pathOf = ({ model, variants = [] }: typeof automed.trained): string => {
    const shipped = variants.find(({ providers }) => providers.includes(name as 'cpu')) ?? model;
    return fileURLToPath((weights === 'shipped' ? shipped : model).url);
  };
  return { encoder: pathOf(automed.encoder.trained), head: pathOf(automed.trained) };
}

/** Whether medzoo opens other files than the references there, so that these can be compared. */
export function hasVariant(provider: string): boolean {
  const [shipped, reference] = [findModels(provider), findModels(provider, 'reference')];
  return shipped.encoder !== reference.encoder || shipped.head !== reference.head;
}

export interface BareOptions {
  /** Undefined: as many as onnxruntime likes. */
  readonly threads?: number;
  readonly provider?: string;
}

/** onnxruntime-node and nothing else: what anybody would write who needs these two models. */
export interface BareModels {
  /** float32 [1, 3, height, width] to the head's masks, float32 [1, targets, height, width], logits. */
  run(input: Float32Array): Promise<Float32Array>;
}

export async function openBareModels({ threads, provider = 'cpu' }: BareOptions = {}): Promise<BareModels> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [provider.replace(/:\d+$/, '')],
    ...(threads !== undefined && {
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      extra: { 'session.intra_op.allow_spinning': '0' },
    }),
  };
  const paths = findModels(provider);
  const encoder = await InferenceSession.create(paths.encoder, options);
  const head = await InferenceSession.create(paths.head, options);
  return {
    async run(input) {
      const image = new Tensor('float32', input, [1, 3, size.height, size.width]);
      const { embedding } = await encoder.run({ image });
      const { masks } = await head.run({ embedding: embedding!, image });
      return masks!.data as Float32Array;
    },
  };
}

/** A file to the encoder's input, float32 [1, 3, height, width], by sharp alone. */
export async function prepareBare(file: Uint8Array): Promise<Float32Array> {
  const pixels = await sharp(file)
    .removeAlpha()
    .toColourspace('srgb')
    .resize(size.width, size.height, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
  const plane = size.width * size.height;
  const input = new Float32Array(3 * plane);
  for (let pixel = 0; pixel < plane; pixel += 1) {
    for (let channel = 0; channel < 3; channel += 1) {
      input[channel * plane + pixel] = (pixels[pixel * 3 + channel]! - mean[channel]!) / std[channel]!;
    }
  }
  return input;
}
