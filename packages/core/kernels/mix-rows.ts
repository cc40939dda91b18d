/**
 * Samples that are mixed at a time. The last ones may lie beyond `samples`: memory is read and written up to the next
 * multiple.
 */
const WIDTH: usize = 16;

/**
 * Weighs rows of bytes, `stride` apart, and adds them up: float32 [samples] at `mixed`. `weights` is float32 [taps],
 * one for each row from `rows` on.
 */
export function mixRows(rows: usize, stride: usize, weights: usize, taps: usize, mixed: usize, samples: usize): void {
  const end = rows + samples;
  for (; rows < end; rows += WIDTH, mixed += 4 * WIDTH) {
    let first = f32x4.splat(0);
    let second = f32x4.splat(0);
    let third = f32x4.splat(0);
    let fourth = f32x4.splat(0);
    for (let tap: usize = 0, row = rows; tap < taps; tap += 1, row += stride) {
      const weight = v128.load_splat<f32>(weights + 4 * tap);
      const bytes = v128.load(row);
      const low = v128.extend_low<u8>(bytes);
      const high = v128.extend_high<u8>(bytes);
      first = f32x4.add(first, f32x4.mul(weight, f32x4.convert_i32x4_u(v128.extend_low<u16>(low))));
      second = f32x4.add(second, f32x4.mul(weight, f32x4.convert_i32x4_u(v128.extend_high<u16>(low))));
      third = f32x4.add(third, f32x4.mul(weight, f32x4.convert_i32x4_u(v128.extend_low<u16>(high))));
      fourth = f32x4.add(fourth, f32x4.mul(weight, f32x4.convert_i32x4_u(v128.extend_high<u16>(high))));
    }
    v128.store(mixed, first);
    v128.store(mixed, second, 16);
    v128.store(mixed, third, 32);
    v128.store(mixed, fourth, 48);
  }
}
