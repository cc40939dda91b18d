/**
 * Index of the first NaN or infinity; -1 if there is none, which is found out first: every value of every output of a run is looked at.
 * Both have all bits of the exponent set: without its sign, such a number plus one in the exponent's last place sets the sign again.
 */
export function findNotFinite(values: Float32Array): number {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let even = 0;
  let odd = 0;
  const whole = bits.length - (bits.length % 2);
  for (let index = 0; index < whole; index += 2) {
    even |= (bits[index]! & 0x7fffffff) + 0x00800000;
    odd |= (bits[index + 1]! & 0x7fffffff) + 0x00800000;
  }
  const isClean = (even | odd) >= 0 && values.subarray(whole).every(Number.isFinite);
  return isClean ? -1 : values.findIndex((value) => !Number.isFinite(value));
}
