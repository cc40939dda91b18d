import { BODY_PARTS } from '../describe/body-parts.js';
import { knownModality } from '../describe/modalities.js';
import { STANDARD_UID } from '../parse/sop-classes.js';

/** Attributes that are numbers written as text (DS and IS). */
const NUMBERS: ReadonlySet<string> = new Set(
  (
    '00180050 00180088 00181164 00182010 00200011 00200012 00200013 00200032 00200037 00201041 00280008 00280030 ' +
    '00280034 00281050 00281051 00281052 00281053 00282112 3004000c 3004000e'
  )
    .split(' ')
    .map((tag) => `x${tag}`),
);

/** Value representations without text; UN where the file does not say which. */
const BINARY: ReadonlySet<string> = new Set('AT FD FL OB OD OF OL OV OW SL SS SV UL UN US UV'.split(' '));

const IMAGE_TYPES = 'ORIGINAL|DERIVED|PRIMARY|SECONDARY|AXIAL|LOCALIZER|REFORMATTED|VOLUME|MPR|PROJECTION IMAGE';
const CHARACTER_SETS = 'ISO_IR \\d{1,3}|ISO 2022 IR \\d{1,3}|GB18030|GBK';

/** Several values may stand in one attribute, with backslashes between. */
const listOf = (terms: string): RegExp => new RegExp(`^(${terms})?(\\\\(${terms})?)*$`);

/** Attributes with words from a list of the standard (CS and the like). */
const WORDS: Readonly<Record<string, RegExp>> = {
  x00080005: listOf(CHARACTER_SETS),
  x00080008: listOf(IMAGE_TYPES),
  x00080016: STANDARD_UID,
  x00080068: listOf('FOR PRESENTATION|FOR PROCESSING'),
  x00180015: listOf(BODY_PARTS.join('|')),
  x00185100: listOf('[HF]F(P|S|DR|DL)|[LAR]F(P|S|DR|DL)'),
  x00185101: listOf('AP|PA|LL|RL|RLD|LLD|RLO|LLO|CC|MLO|ML|LM|XCCL'),
  x00200020: listOf('[RLAPHF]{1,3}'),
  x00200060: listOf('[RL]'),
  x00200062: listOf('[RLUB]'),
  x00209056: listOf('\\d{1,16}'),
  x00280004: listOf('MONOCHROME[12]|PALETTE COLOR|RGB|ARGB|HSV|CMYK|XYB|YBR_[A-Z0-9_]{3,20}'),
  x00280301: listOf('YES|NO'),
  x00280a02: listOf('GEOMETRY|FIDUCIAL'),
  x00281056: listOf('LINEAR|LINEAR_EXACT|SIGMOID'),
  x00282110: listOf('0[01]'),
  x00282114: listOf('ISO_\\d{4,5}_\\d{1,2}'),
  x20500020: listOf('IDENTITY|INVERSE'),
  x30040002: listOf('GY|RELATIVE'),
  x30040004: listOf('PHYSICAL|EFFECTIVE|ERROR'),
  x3004000a: listOf(
    'PLAN|MULTI_PLAN|PLAN_OVERVIEW|FRACTION|BEAM|BRACHY|FRACTION_SESSION|BEAM_SESSION|BRACHY_SESSION|CONTROL_POINT|RECORD',
  ),
};

/**
 * Whether a value that stays in a de-identified file is of the kind that its attribute has: a number, or a word of the
 * standard. A name can be typed into any text, so whatever else stands there is left out. Binary values, such as sizes
 * and pixels, have no text and are of their kind unless the file calls them a text.
 */
export function isPlainValue(tag: string, vr: string, value: Uint8Array): boolean {
  const isNumber = NUMBERS.has(tag) || /^x60..0015$/.test(tag);
  const words = /^x60..0040$/.test(tag) ? /^[GR]?$/ : WORDS[tag];
  if (!isNumber && words === undefined && tag !== 'x00080060') return BINARY.has(vr);
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength)
    .toString('latin1')
    .replace(/[\0 ]+$/, '');
  if (tag === 'x00080060') return text === '' || knownModality(text) !== null;
  if (words)
    return words.test(
      text
        .split('\\')
        .map((part) => part.trim())
        .join('\\'),
    );
  return /^[\d+\-.eE \\]*$/.test(text);
}
