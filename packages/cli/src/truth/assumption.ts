import { countOf } from '../terminal/format.js';

/** What was assumed of a mask that can be read in more than one way, and what the person who evaluates is told. */
const WORDS = {
  resized: "Resized, nearest, as their size is not their image's",
  stretched: "Stretched to their image's shape, as if they showed the whole image",
  orientation: 'Turned otherwise than their image, as their EXIF orientations differ',
  alpha: 'Read from the alpha channel, as the visible colours do not vary',
  transparent: 'Transparent in part, which was taken as background',
  soft: 'Grey in many pixels, and cut at half of the highest value',
  inverted: 'Covering most of the image and its rim, as an inverted mask would; taken as they are',
} as const;

export type Assumption = keyof typeof WORDS;

interface Read {
  readonly row: { readonly id: string };
  readonly assumptions: readonly Assumption[];
}

/** Of so many masks, without their names. */
export function countAssumption(assumption: Assumption, masks: number): string {
  return `${WORDS[assumption]}: ${countOf(masks, 'mask')}.`;
}

/** One warning for each assumption, with the rows that it was made about. */
export function describeAssumptions(read: readonly Read[]): string[] {
  return (Object.keys(WORDS) as Assumption[]).flatMap((assumption) => {
    const ids = read.filter(({ assumptions }) => assumptions.includes(assumption)).map(({ row }) => row.id);
    return ids.length === 0 ? [] : [`${WORDS[assumption]}: ${countOf(ids.length, 'mask')} (${listIds(ids)}).`];
  });
}

/** The first ids; a warning is to stay one line. */
export function listIds(ids: readonly string[]): string {
  return ids.length > 5 ? `${ids.slice(0, 5).join(', ')} and others` : ids.join(', ');
}
