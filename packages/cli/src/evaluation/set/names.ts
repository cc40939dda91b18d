/** British and American spellings, and what data sets call the same thing. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/tumour/g, 'tumor'],
  [/f(oe|œ)t/g, 'fet'],
  [/nuclei/g, 'nucleus'],
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
  const plain = name
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
  return key(a) === key(b);
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
  return (isKind ? words.slice(0, -1) : words).join('');
}

function singular(word: string): string {
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') && !/(ss|us|is)$/.test(word) ? word.slice(0, -1) : word;
}
