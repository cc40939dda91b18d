import { invalidImage } from '../refuse.js';
import type { DataSet } from './data-set.js';

/** Without recursion: what is checked here is what recursion would fall over. */
export function checkDepth(dataSet: DataSet, maxDepth: number): void {
  let level: DataSet[] = [dataSet];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) {
      throw invalidImage(
        `Sequences may be nested ${maxDepth} deep; here they go deeper. Raise maxDepth if that is right.`,
      );
    }
    level = level.flatMap((parent) =>
      Object.values(parent.elements).flatMap(({ items }) => (items ?? []).flatMap((item) => item.dataSet ?? [])),
    );
  }
}
