import sharp from 'sharp';

/** A small PNG, 30 x 20 if left out, whose pixels follow from `seed`: two seeds give two images. */
export async function createTestImage({ width = 30, height = 20, seed = 1 } = {}): Promise<Uint8Array> {
  const pixels = Uint8Array.from({ length: width * height * 3 }, (_, index) => (index * (seed * 7 + 1)) % 251);
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}
