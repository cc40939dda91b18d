import type { DataSet } from '../parse/data-set.js';
import { readItem, readItems, type Tag } from '../parse/read-values.js';

const PER_FRAME: Tag = 'x52009230';
const SHARED: Tag = 'x52009229';

/** Functional group macros (PS3.3, C.7.6.16) that are read here. */
export const MACROS = {
  pixelMeasures: 'x00289110',
  planePosition: 'x00209113',
  planeOrientation: 'x00209116',
  pixelValues: 'x00289145',
  frameVoi: 'x00289132',
} as const satisfies Record<string, Tag>;

/**
 * Where an attribute of a frame may stand, nearest first: the frame's own group, the group shared by all frames, the
 * data set itself.
 */
export function findScopes(dataSet: DataSet, frame: number, macro: Tag): readonly DataSet[] {
  const own = readItem(readItems(dataSet, PER_FRAME)[frame], macro);
  const shared = readItem(readItem(dataSet, SHARED), macro);
  return [own, shared, dataSet].filter((scope) => scope !== undefined);
}

/** The first answer of `read` over the scopes. */
export function readScoped<T>(scopes: readonly DataSet[], read: (scope: DataSet) => T | undefined): T | undefined {
  for (const scope of scopes) {
    const value = read(scope);
    if (value !== undefined) return value;
  }
  return undefined;
}
