/** One way to do the same work; resolves to what it measured in this round. */
export type Variant<M> = (round: number) => Promise<M>;

export interface Rounds {
  readonly rounds: number;
  /** Rounds before those, which are not kept. */
  readonly warmUp?: number;
  readonly onRound?: (round: number) => void;
}

/** What the variants measured, by name, a number or whatever it is for each round. */
export type Measured<V extends Readonly<Record<string, Variant<unknown>>>> = {
  readonly [K in keyof V]: Awaited<ReturnType<V[K]>>[];
};

/** Runs each variant once a round, one after the other, each round beginning with another: none always comes first. */
export async function interleave<V extends Readonly<Record<string, Variant<unknown>>>>(
  variants: V,
  { rounds, warmUp = 0, onRound }: Rounds,
): Promise<Measured<V>> {
  const names = Object.keys(variants);
  const measured = Object.fromEntries(names.map((name) => [name, [] as unknown[]]));
  for (let round = 0; round < warmUp + rounds; round += 1) {
    if (round >= warmUp) onRound?.(round - warmUp + 1);
    for (let turn = 0; turn < names.length; turn += 1) {
      const name = names[(round + turn) % names.length]!;
      const value = await variants[name]!(round);
      if (round >= warmUp) measured[name]!.push(value);
    }
  }
  return measured as Measured<V>;
}
