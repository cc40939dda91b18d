/**
 * Weighs neighbours in a row, float32 [*, channels], to each of `columns` pixels, and writes what the model is to see
 * of their colours to its planes, float32, `planeBytes` apart.
 *
 * Pixel i is mixed from the `taps` pixels from the one on that `starts` says, int32 [columns], with `weights`, float32
 * [columns, taps]. `colour` is float32 [4, 4]: of a pixel (red, green, blue), plane k gets red * colour[0][k] + green *
 * colour[1][k] + blue * colour[2][k] + colour[3][k]; a grey pixel has its value in all three. An RGB row is read 4
 * bytes beyond its last pixel.
 */
export function mixColumns(
  row: usize,
  channels: usize,
  starts: usize,
  weights: usize,
  taps: usize,
  colour: usize,
  planes: usize,
  planeCount: usize,
  planeBytes: usize,
  columns: usize,
): void {
  const red = v128.load(colour);
  const green = v128.load(colour, 16);
  const blue = v128.load(colour, 32);
  const offset = v128.load(colour, 48);
  const step: usize = 4 * channels;
  for (let column: usize = 0; column < columns; column += 1) {
    let pixel = f32x4.splat(0);
    let source = row + step * <usize>load<i32>(starts + 4 * column);
    const end = weights + 4 * taps;
    if (channels == 1) {
      for (; weights < end; weights += 4, source += 4) {
        pixel = f32x4.add(pixel, f32x4.mul(v128.load_splat<f32>(weights), v128.load_splat<f32>(source)));
      }
    } else {
      for (; weights < end; weights += 4, source += 12) {
        pixel = f32x4.add(pixel, f32x4.mul(v128.load_splat<f32>(weights), v128.load(source)));
      }
    }
    let seen = f32x4.mul(red, v128.shuffle<f32>(pixel, pixel, 0, 0, 0, 0));
    seen = f32x4.add(seen, f32x4.mul(green, v128.shuffle<f32>(pixel, pixel, 1, 1, 1, 1)));
    seen = f32x4.add(seen, f32x4.mul(blue, v128.shuffle<f32>(pixel, pixel, 2, 2, 2, 2)));
    seen = f32x4.add(seen, offset);
    const target = planes + 4 * column;
    v128.store32_lane(target, seen, 0);
    if (planeCount == 1) continue;
    v128.store32_lane(target + planeBytes, seen, 1);
    v128.store32_lane(target + 2 * planeBytes, seen, 2);
  }
}
