import type { Floats } from '../../answers/bytes.js';

/** A logit as a probability. */
export function sigmoidOf(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/** Logits to independent probabilities, element by element. */
export function sigmoid(logits: Float32Array): Floats {
  const probabilities = new Float32Array(logits.length);
  // Not `map`: a call for each of the 80 000 pixels of five masks takes as long again as the exponentials.
  for (let index = 0; index < logits.length; index += 1) probabilities[index] = sigmoidOf(logits[index]!);
  return probabilities;
}

/** Logits to probabilities that sum to 1; a `temperature` above 1 makes them more cautious. */
export function softmax(logits: Float32Array, temperature = 1): Float32Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = logits.map((logit) => Math.exp((logit - largest) / temperature));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}
