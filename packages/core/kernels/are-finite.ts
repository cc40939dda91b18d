/** All bits of the exponent are set in NaN and the infinities, and in nothing else. */
const EXPONENT = 0x7f800000;

/**
 * Whether float32 [count] holds neither NaN nor an infinity; what follows it up to the next multiple of 4 has to be
 * finite as well.
 */
export function areFinite(values: usize, count: usize): bool {
  const exponent = i32x4.splat(EXPONENT);
  const end = values + 4 * count;
  let found = i32x4.splat(0);
  for (; values < end; values += 16) {
    found = v128.or(found, i32x4.eq(v128.and(v128.load(values), exponent), exponent));
  }
  return !v128.any_true(found);
}
