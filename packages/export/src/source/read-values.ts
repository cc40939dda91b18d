import type { DataSet } from './parse-source.js';

/** The first value of a text element without padding; undefined where it is absent or empty. */
export function readText(dataSet: DataSet, tag: string): string | undefined {
  const text = dataSet
    .string(tag)
    ?.split('\\')[0]
    ?.replace(/[\0 ]+$/, '')
    .trim();
  return text === '' ? undefined : text;
}

/** All values of a decimal or integer string; a damaged one is NaN, never a prefix of itself. */
export function readNumbers(dataSet: DataSet, tag: string): number[] {
  const text = dataSet.string(tag)?.replace(/\0+$/, '').trim();
  if (text === undefined || text === '') return [];
  return text.split('\\').map((value) => (value.trim() === '' ? Number.NaN : Number(value)));
}

export function readItems(dataSet: DataSet, tag: string): DataSet[] {
  return (dataSet.elements[tag]?.items ?? []).flatMap((item) => item.dataSet ?? []);
}

export function readItem(dataSet: DataSet, tag: string): DataSet | undefined {
  return readItems(dataSet, tag)[0];
}
