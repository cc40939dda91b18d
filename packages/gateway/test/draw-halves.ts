/** Pixels of `drawSlice` whose left half is white. */
export function halves(): { readonly '7fe00010 OW': Uint8Array } {
  const pixels = Uint16Array.from({ length: 240 }, (_, index) => (index % 20 < 10 ? 1000 : 0));
  return { '7fe00010 OW': new Uint8Array(pixels.buffer) };
}
