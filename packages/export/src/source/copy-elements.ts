import { convertBytes } from 'dicom-character-set';
import { invalidSource } from '../refuse.js';
import type { DataSet, Element } from './parse-source.js';

/** An element of the source, decoded: texts in Unicode, items of sequences as data sets. */
export interface CopiedElement {
  readonly vr: string;
  readonly values: readonly (string | CopiedElements)[];
}

/** By tag, as eight hexadecimal digits in upper case. */
export type CopiedElements = Readonly<Record<string, CopiedElement>>;

const TEXTS = new Set('AE AS CS DA DS DT IS LO LT PN SH ST TM UC UI UR UT'.split(' '));
/** PS3.5, 6.1.2.2: only these are written in the file's character set. */
const IN_CHARACTER_SET = new Set('LO LT PN SH ST UC UT'.split(' '));
/** In these a backslash is a letter and no separator. */
const SINGLE = new Set('LT ST UR UT'.split(' '));
/** Sequences in identity modules have at most three levels. */
const DEEPEST = 8;

/**
 * Copies the elements that the table names, if the source has them; its representation counts where the file does not
 * say one.
 */
export function copyElements(
  dataSet: DataSet,
  table: Readonly<Record<string, string>>,
  findVr: FindVr,
): CopiedElements {
  const characterSet = dataSet.string('x00080005');
  return copy(dataSet, (tag) => table[tag], { characterSet, findVr, depth: 0 });
}

/** The value representation of a tag in the standard's dictionary. */
export type FindVr = (tag: string) => string | undefined;

interface Context {
  readonly characterSet: string | undefined;
  readonly findVr: FindVr;
  readonly depth: number;
}

function copy(dataSet: DataSet, vrOf: (tag: string) => string | undefined, context: Context): CopiedElements {
  const copied: Record<string, CopiedElement> = {};
  for (const [tag, element] of Object.entries(dataSet.elements)) {
    const vr = vrOf(tag);
    const values = vr === undefined ? undefined : copyValues(dataSet, element, vr, context);
    if (vr !== undefined && values) copied[tag.slice(1).toUpperCase()] = { vr, values };
  }
  return copied;
}

/**
 * Numbers in binary and private elements are left out: none of the modules that are copied has the former, nobody knows
 * the latter.
 */
function copyValues(
  dataSet: DataSet,
  element: Element,
  vr: string,
  context: Context,
): CopiedElement['values'] | undefined {
  if (vr === 'SQ') {
    if (!element.items || context.depth >= DEEPEST) return undefined;
    return element.items.flatMap(({ dataSet: item }): readonly CopiedElements[] => {
      if (!item) return [];
      const ofItem = {
        ...context,
        depth: context.depth + 1,
        characterSet: item.string('x00080005') ?? context.characterSet,
      };
      return [copy(item, (tag) => (tag === 'x00080005' ? undefined : context.findVr(tag)), ofItem)];
    });
  }
  if (!TEXTS.has(vr)) return undefined;
  const bytes = dataSet.byteArray.subarray(element.dataOffset, element.dataOffset + element.length);
  const text = decodeText(bytes, vr, context.characterSet);
  const values = (SINGLE.has(vr) ? [text] : text.split('\\')).map((value) =>
    toStandard(vr, value.replace(/[\0 ]+$/, '')),
  );
  // A date or an age that is none would make the derived file invalid; names and ids are taken over whatever they are.
  return values.every((value) => value === '' || (FORMS[vr]?.test(value) ?? true)) ? values : undefined;
}

/** How values that are not free text look (PS3.5, 6.2). */
const FORMS: Readonly<Record<string, RegExp>> = {
  AS: /^\d{3}[DWMY]$/,
  CS: /^[A-Z0-9 _]{1,16}$/,
  DA: /^\d{8}$/,
  DS: /^[+-]?\d*\.?\d+\.?(?:[eE][+-]?\d+)?$/,
  IS: /^[+-]?\d{1,12}$/,
  TM: /^\d\d(?:[0-5]\d(?:[0-6]\d(?:\.\d{1,6})?)?)?$/,
  UI: /^[0-9.]{1,64}$/,
};

/** Dates and times of ACR-NEMA, "1997.04.24" and "15:18:59", are the standard's with separators. */
function toStandard(vr: string, value: string): string {
  if (vr === 'DA' && /^\d{4}\.\d\d\.\d\d$/.test(value)) return value.replaceAll('.', '');
  if (vr === 'TM' && /^\d\d:\d\d/.test(value)) return value.replaceAll(':', '');
  return SINGLE.has(vr) ? value : value.trim();
}

/**
 * Every character set of the standard, with its escape sequences: a name that came out wrong would be another
 * patient's.
 */
function decodeText(bytes: Uint8Array, vr: string, characterSet: string | undefined): string {
  const isAscii = bytes.every((byte) => byte < 0x80 && byte !== 0x1b);
  if (isAscii || !IN_CHARACTER_SET.has(vr)) return Buffer.from(bytes).toString('latin1');
  const declared = characterSet?.replace(/[\0 ]+$/, '');
  if (declared === undefined || declared === '' || declared === 'ISO_IR 6') return decodeUndeclared(bytes);
  try {
    return convertBytes(declared, Uint8Array.from(bytes), { vr });
  } catch {
    throw invalidSource(
      'SpecificCharacterSet of the source is not one of the standard, so that its texts cannot be read. Correct (0008,0005) in the file.',
    );
  }
}

/** Against the standard, and frequent: UTF-8 is recognised with certainty, and of the rest most is Latin-1. */
function decodeUndeclared(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}
