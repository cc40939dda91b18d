/**
 * COCO's string: from the fourth length on, the difference to the one two before; 5 bits a character, lowest first, 6th
 * bit "more".
 */
export function compressCounts(lengths: readonly number[]): string {
  const characters: number[] = [];
  lengths.forEach((length, index) => {
    let rest = index > 2 ? length - lengths[index - 2]! : length;
    let isLast = false;
    while (!isLast) {
      const bits = rest & 0x1f;
      rest >>= 5;
      isLast = (bits & 0x10) === 0 ? rest === 0 : rest === -1;
      characters.push(48 + (isLast ? bits : bits | 0x20));
    }
  });
  return Buffer.from(characters).toString('latin1');
}

/** Five bits each: more than 32 bits are no run length. */
const MOST_SHIFT = 30;

/** The run lengths in COCO's string; throws a RangeError where it is none, such as a list of COCO's uncompressed kind. */
export function decompressCounts(counts: string): number[] {
  if (typeof counts !== 'string')
    throw new RangeError('Run lengths are a COCO compressed string, as pycocotools writes; got something else.');
  const lengths: number[] = [];
  for (let at = 0; at < counts.length;) {
    let [value, shift, character] = [0, 0, 0x20];
    while ((character & 0x20) !== 0) {
      character = counts.charCodeAt(at) - 48;
      if (!(character >= 0 && character < 64 && shift <= MOST_SHIFT))
        throw new RangeError('These run lengths are not a COCO compressed string.');
      value |= (character & 0x1f) << shift;
      shift += 5;
      at += 1;
    }
    if ((character & 0x10) !== 0) value |= shift < 32 ? -1 << shift : 0;
    lengths.push(lengths.length > 2 ? value + lengths.at(-2)! : value);
  }
  return lengths;
}
