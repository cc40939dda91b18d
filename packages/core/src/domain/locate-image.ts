import type { EncoderDomain } from '../contract/model/domain-spec.js';
import { ZooError, type Tensor } from '../contract/index.js';
import { createGaussian, distanceTo } from './gaussian.js';
import { poolEmbedding } from './pool-embedding.js';
import { toFloat64 } from './to-float64.js';

/**
 * Where an image lies among the kinds of images that its encoder knows. This part of the domain score is the same for
 * all heads of the encoder, so it is computed once.
 */
export interface ImageLocation {
  /** float64 [K]. */
  readonly z: Float64Array;
  /** The distance to all images there are, pooled. */
  readonly background: number;
  /** The distance to each kind of images, by its name. */
  readonly known: ReadonlyMap<string, number>;
}

export type LocateImage = (embedding: Pick<Tensor<'float32'>, 'shape' | 'data'>) => ImageLocation;

/**
 * Decodes an encoder's domain once; an image then takes less than a tenth of a millisecond at 256 channels of 16 x 16.
 * Throws MODEL_MISMATCH for an embedding of other channels.
 */
export function createLocateImage(domain: EncoderDomain): LocateImage {
  const center = toFloat64(domain.center);
  const projection = toFloat64(domain.projection);
  const background = createGaussian(domain.background);
  const known = domain.known.map((one) => [one.name, createGaussian(one)] as const);
  return (embedding) => {
    const pooled = poolEmbedding(embedding);
    if (pooled.length !== center.length) throw mismatch(pooled.length / 2, center.length / 2);
    const z = project(pooled, center, projection);
    return {
      z,
      background: distanceTo(background, z),
      known: new Map(known.map(([name, gaussian]) => [name, distanceTo(gaussian, z)])),
    };
  };
}

function mismatch(found: number, expected: number): ZooError {
  return new ZooError(
    'MODEL_MISMATCH',
    `The encoder's \`domain\` is of ${expected} channels, and its embedding has ${found}. Take both from one release.`,
  );
}

/** `P (x - center)`. */
function project(pooled: Float64Array, center: Float64Array, projection: Float64Array): Float64Array {
  const width = center.length;
  const centred = pooled.map((value, index) => value - center[index]!);
  const z = new Float64Array(projection.length / width);
  for (let row = 0; row < z.length; row += 1) {
    let sum = 0;
    for (let column = 0; column < width; column += 1) sum += projection[row * width + column]! * centred[column]!;
    z[row] = sum;
  }
  return z;
}
