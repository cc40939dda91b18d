import type { Tensor } from '../contract/index.js';

/**
 * The mean of each channel of an embedding, then each channel's population standard deviation: float64 [2 * C].
 * `embedding` is float32 [1, C, ...cells], row-major.
 */
export function poolEmbedding({ shape, data }: Pick<Tensor<'float32'>, 'shape' | 'data'>): Float64Array {
  const channels = shape[1] ?? 1;
  const cells = data.length / channels;
  const pooled = new Float64Array(2 * channels);
  for (let channel = 0; channel < channels; channel += 1) {
    const start = channel * cells;
    const end = start + cells;
    let sum = 0;
    for (let index = start; index < end; index += 1) sum += data[index]!;
    const mean = sum / cells;
    // Two passes: squares of large numbers less the square of their mean lose what differs.
    let squares = 0;
    for (let index = start; index < end; index += 1) squares += (data[index]! - mean) ** 2;
    pooled[channel] = mean;
    pooled[channels + channel] = Math.sqrt(squares / cells);
  }
  return pooled;
}
