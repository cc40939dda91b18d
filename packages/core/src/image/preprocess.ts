import { float32Tensor, type PreprocessSpec, type Tensor } from '../contract/index.js';
import type { DecodedImage } from './decode-image.js';
import { fitImage } from './geometry.js';
import { resampleRows } from './resample.js';

/** Source channels of each output channel, by what the model wants, for an RGB image. */
const ORDER = { rgb: [0, 1, 2], bgr: [2, 1, 0] } as const;
/** A grey image is all of its channels. */
const GREY = [0, 0, 0] as const;

/** ITU-R BT.601 luma, Pillow's and OpenCV's grey. */
const LUMA = [0.299, 0.587, 0.114] as const;

type Pixels = Pick<DecodedImage, 'width' | 'height' | 'channels' | 'data'>;

/** Pixels to the encoder's input, float32 [1, 3 or 1, height, width], (pixel - mean) / std; letterbox padding is 0. */
export function preprocess(image: Pixels, spec: PreprocessSpec): Tensor<'float32'> {
  const { content, model } = fitImage({ width: image.width, height: image.height }, spec);
  const channels = spec.channels === 'gray' ? 1 : 3;
  const isTurnedGrey = image.channels === 3 && spec.channels === 'gray';
  const step = isTurnedGrey ? 1 : image.channels;
  const sources = spec.channels === 'gray' || step === 1 ? GREY : ORDER[spec.channels];
  const plane = model.width * model.height;
  const tensor = float32Tensor([1, channels, model.height, model.width]);
  const luma = new Float64Array(isTurnedGrey ? content.width : 0);

  let start = 0;
  for (const row of resampleRows(image, content, spec)) {
    if (isTurnedGrey) toLuma(row, luma);
    for (let channel = 0; channel < channels; channel += 1) {
      const scale = 1 / spec.std[channel]!;
      const target = { data: tensor.data, start: channel * plane + start, count: content.width };
      normalise(isTurnedGrey ? luma : row, { first: sources[channel]!, step }, target, spec.mean[channel]!, scale);
    }
    start += model.width;
  }
  return tensor;
}

/** Every `step`-th sample of a row from `first` on, less `mean` and times `scale`, to where `target` says. */
function normalise(
  row: Float64Array,
  { first, step }: { readonly first: number; readonly step: number },
  { data, start, count }: { readonly data: Float32Array; readonly start: number; readonly count: number },
  mean: number,
  scale: number,
): void {
  for (let index = start, source = first; index < start + count; index += 1, source += step) {
    data[index] = (row[source]! - mean) * scale;
  }
}

/** A row [width, 3], RGB, to [width]. */
function toLuma(row: Float64Array, luma: Float64Array): void {
  const [red, green, blue] = LUMA;
  for (let pixel = 0, source = 0; pixel < luma.length; pixel += 1, source += 3) {
    luma[pixel] = red * row[source]! + green * row[source + 1]! + blue * row[source + 2]!;
  }
}
