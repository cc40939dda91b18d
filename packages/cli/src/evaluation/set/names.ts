/** British and American spellings, and what data sets call the same thing. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/tumour/g, 'tumor'],
  [/f(oe|œ)t/g, 'fet'],
  [/nuclei/g, 'nucleus'],
];
/** Signs that tell two labels apart: "HER2+" from "HER2-", "<5 mm" from ">5 mm". A hyphen between words is none. */
const SIGNS: readonly (readonly [RegExp, string])[] = [
  [/\+/g, ' plus '],
  [/(^|\s|\()[-\u2212](?=\d)|[-\u2212](?=$|[\s,;)])/g, ' minus '],
  [/</g, ' less '],
  [/>/g, ' more '],
  [/\u2264/g, ' upto '],
  [/\u2265/g, ' from '],
];
const SYNONYMS: Readonly<Record<string, string>> = { ulcer: 'wound', healthy: 'normal' };

/** Words that say how a target is given, not what it is. */
const FILLERS = new Set([
  'mask',
  'seg',
  'segmentation',
  'segment',
  'region',
  'field',
  'area',
  'dataset',
  'set',
  'data',
]);

/** A name as plain words: "FetalHeads" and "foetal_head-mask" are both fetal, head. */
export function nameWords(name: string): string[] {
  const plain = SIGNS.reduce((text, [from, to]) => text.replaceAll(from, to), name)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase();
  const spelt = SPELLINGS.reduce((text, [from, to]) => text.replaceAll(from, to), plain);
  const words = spelt
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map(singular)
    .map((word) => SYNONYMS[word] ?? word);
  const telling = words.filter((word) => !FILLERS.has(word));
  return telling.length > 0 ? telling : words;
}

/** Whether two names mean the same, however they are spelt: "no_tumour" and "notumor", "Lungs" and "lung". */
export function isSameName(a: string, b: string): boolean {
  const [first, second] = [key(a), key(b)];
  return first === second && (first !== '' || a === b);
}

/**
 * Which of `names` is meant: the one that is spelt so, else the one that differs in case only, else the one that means
 * the same. Undefined where none does, or several do and none is spelt so: "wounds" may mean either of wound and ulcer.
 */
export function findName(names: readonly string[], wanted: string): string | undefined {
  if (names.includes(wanted)) return wanted;
  const inAnyCase = names.filter((name) => name.toLowerCase() === wanted.toLowerCase());
  const found = inAnyCase.length > 0 ? inAnyCase : names.filter((name) => isSameName(name, wanted));
  return found.length === 1 ? found[0] : undefined;
}

/** Whether the words of `part` stand in a row in `whole`: "head" in "fetal_head", "lungs" in "cxr_lung". */
export function isPartOfName(part: string, whole: string): boolean {
  const [inner, outer] = [nameWords(part), nameWords(whole)];
  return inner.length > 0 && outer.some((_, start) => inner.every((word, index) => outer[start + index] === word));
}

/** Data sets add "tumor" to kinds of tumour: "glioma_tumor" is glioma, but "no_tumor" stays. */
function key(name: string): string {
  const words = nameWords(name);
  const isKind = words.length > 1 && words.at(-1) === 'tumor' && words[0] !== 'no';
  // Two numbers side by side are not one: "1.5" is not "15".
  return (isKind ? words.slice(0, -1) : words).join(' ').replaceAll(/ (?!\d)|(?<!\d) /g, '');
}

function singular(word: string): string {
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') && !/(ss|us|is)$/.test(word) ? word.slice(0, -1) : word;
}
