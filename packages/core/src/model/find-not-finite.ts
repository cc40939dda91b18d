/**
 * Index of the first NaN or infinity; -1 if there is none, which is found out first: every value of every output of a run is looked at.
 * A finite number less itself is 0, anything else NaN, and NaN stays in a sum; four sums wait for each other less than one.
 */
export function findNotFinite(values: Float32Array): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  const whole = values.length - (values.length % 4);
  for (let index = 0; index < whole; index += 4) {
    a += values[index]! - values[index]!;
    b += values[index + 1]! - values[index + 1]!;
    c += values[index + 2]! - values[index + 2]!;
    d += values[index + 3]! - values[index + 3]!;
  }
  const isClean = a + b + c + d === 0 && values.subarray(whole).every(Number.isFinite);
  return isClean ? -1 : values.findIndex((value) => !Number.isFinite(value));
}
