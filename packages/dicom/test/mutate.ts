/** Numbers in 0..1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A copy of a file that was hurt: bytes changed, a stretch lost, doubled or overwritten, or the end cut off. */
export function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  const at = (): number => Math.floor(random() * bytes.length);
  // Half of the changes fall into the first 2 kB, where the header is.
  const near = (): number => (random() < 0.5 ? Math.floor(random() * Math.min(2048, bytes.length)) : at());
  const kind = random();
  if (kind < 0.15) return Uint8Array.from(bytes.subarray(0, at()));
  const from = near();
  const length = Math.floor(random() * 64);
  if (kind < 0.25) return Uint8Array.from([...bytes.subarray(0, from), ...bytes.subarray(from + length)]);
  if (kind < 0.35) return Uint8Array.from([...bytes.subarray(0, from + length), ...bytes.subarray(from)]);
  const hurt = Uint8Array.from(bytes);
  if (kind < 0.45) return hurt.fill(random() < 0.5 ? 0xff : 0, from, from + length);
  for (let left = 1 + Math.floor(random() * 8); left > 0; left -= 1) hurt[near()] = Math.floor(random() * 256);
  return hurt;
}
