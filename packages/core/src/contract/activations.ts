/** Logits to independent probabilities, element by element. */
export function sigmoid(logits: Float32Array): Float32Array {
  return logits.map((logit) => 1 / (1 + Math.exp(-logit)));
}

/** Logits to probabilities that sum to 1; a `temperature` above 1 makes them more cautious. */
export function softmax(logits: Float32Array, temperature = 1): Float32Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = logits.map((logit) => Math.exp((logit - largest) / temperature));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}
