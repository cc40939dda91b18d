import { writeBase64Floats, type Encoder, type EncoderDomain, type Head, type HeadDomain } from '../contract/index.js';
import { testEncoder } from './test-heads.js';

const CHANNELS = 4;
const DEPTH = 2;

/** A round distribution about `mean`, of two dimensions. */
function roundAbout(mean: readonly [number, number]) {
  return { mean: writeBase64Floats(mean), factor: writeBase64Floats([1, 0, 1]), offset: 0, n: 9 };
}

/** A kind of images, by name. */
export function kindOf(name: string, mean: readonly [number, number]) {
  return { name, datasets: ['test'], ...roundAbout(mean) };
}

/** Of the test encoder: the means of its first two channels, far from which lie "nothing" and "an apple". */
export const testDomain: EncoderDomain = {
  pooling: 'mean-std',
  center: writeBase64Floats(Array.from({ length: 2 * CHANNELS }, () => 0)),
  projection: writeBase64Floats(
    Array.from({ length: DEPTH * 2 * CHANNELS }, (_, index) => (index % (2 * CHANNELS + 1) === 0 ? 1 : 0)),
  ),
  background: roundAbout([1e3, 1e3]),
  known: [kindOf('apple', [50, 50]), kindOf('test image', [0, 0])],
};

export const testDomainEncoder: Encoder = { ...testEncoder, trained: { ...testEncoder.trained, domain: testDomain } };

/** A domain about every image of the test encoder; `threshold` decides whether an image is in it. */
export function testDomainWith(threshold: number, changes: Partial<HeadDomain> = {}): HeadDomain {
  return {
    own: [kindOf('test image', [0, 0])],
    covers: ['test image'],
    thresholds: [
      { falseRefusals: 0.01, score: threshold + 1 },
      { falseRefusals: 0.05, score: threshold },
    ],
    use: 0.05,
    n: 9,
    datasets: ['test'],
    split: 'val',
    ...changes,
  };
}

/** No test image lies beyond it, and none within the other. */
export const AT_HOME = 1e9;
export const ABROAD = -1e9;

/** The head on the test encoder with these domains. */
export function withDomains<H extends Head>(head: H, ...domains: readonly HeadDomain[]): H {
  return { ...head, encoder: testDomainEncoder, trained: { ...head.trained, domains } };
}
