import dicomParser from 'dicom-parser';

type DataSet = dicomParser.DataSet;

/** Reads a written file back with a parser that had no part in writing it. */
export function readDicom(bytes: Uint8Array): DataSet {
  return dicomParser.parseDicom(bytes);
}

/** The items of a sequence, by path from the top: `itemsAt(file, 'x52009230', 0, 'x00209113')`. */
export function itemsAt(dataSet: DataSet, ...path: (string | number)[]): DataSet[] {
  const [tag, index, ...rest] = path;
  const items = (dataSet.elements[String(tag)]?.items ?? []).map((item) => item.dataSet!);
  return index === undefined ? items : itemsAt(items[Number(index)]!, ...rest);
}

export function bytesOf(dataSet: DataSet, tag: string): Uint8Array {
  const { dataOffset, length } = dataSet.elements[tag]!;
  return dataSet.byteArray.subarray(dataOffset, dataOffset + length);
}

/** UTF-8, which every written file is in. */
export function textOf(dataSet: DataSet, tag: string): string | undefined {
  if (!dataSet.elements[tag]) return undefined;
  return Buffer.from(bytesOf(dataSet, tag))
    .toString('utf8')
    .replace(/[\0 ]+$/, '');
}

export function numbersOf(dataSet: DataSet, tag: string): number[] {
  const text = textOf(dataSet, tag) ?? '';
  return text === '' ? [] : text.split('\\').map(Number);
}

/** A code sequence's item as "value scheme meaning". */
export function codeOf(dataSet: DataSet, tag: string): string | undefined {
  const [item] = itemsAt(dataSet, tag);
  return item && ['x00080100', 'x00080102', 'x00080104'].map((part) => textOf(item, part)).join(' ');
}
