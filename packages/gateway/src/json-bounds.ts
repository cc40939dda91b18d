export interface JsonBounds {
  /** Of lists and objects in one another. */
  readonly maxDepth: number;
  /** Of all values in it, lists and objects among them. */
  readonly maxValues: number;
}

/**
 * Says what is too large about a value that came as JSON, undefined if nothing is. It looks without recursion and stops
 * at the bound: most that is done with a value afterwards calls itself for every level.
 */
export function findExcess(value: unknown, { maxDepth, maxValues }: JsonBounds): string | undefined {
  let count = 0;
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return `is nested more than ${maxDepth} levels deep`;
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null) continue;
      const children: readonly unknown[] = Array.isArray(one) ? one : Object.values(one);
      count += children.length;
      if (count > maxValues) return `has more than ${maxValues} values`;
      for (const child of children) next.push(child);
    }
    level = next;
  }
  return undefined;
}
