/** A place or a length in image pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Place {
  readonly width: number;
  readonly height: number;
}

/** What a person has shown of an image: points on an object, or beside it (`positive` false), and a box around it. */
export interface Prompts {
  readonly points: readonly (Place & { readonly positive: boolean })[];
  readonly box: Box | null;
}

export const NOTHING_SHOWN: Prompts = { points: [], box: null };

/** A head that has to be shown where to look: the names of its params, where it takes such a prompt. */
export interface PromptedHead {
  readonly id: string;
  readonly title: string;
  readonly trainedFor: string;
  readonly points: { readonly name: string; readonly most: number } | null;
  readonly box: string | null;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** `part` holds parts of the picture's sides, 0 to 1: the place in image pixels, to a tenth, inside the image. */
export function placeAt(part: Place, { width, height }: Size): Place {
  return { x: within(part.x * width, width), y: within(part.y * height, height) };
}

/** The box between two opposite corners, as parts of the picture's sides; null for one without an area. */
export function boxBetween(one: Place, other: Place, size: Size): Box | null {
  const [a, b] = [placeAt(one, size), placeAt(other, size)];
  const box = {
    ...{ x: Math.min(a.x, b.x), y: Math.min(a.y, b.y) },
    ...{ width: round(Math.abs(a.x - b.x)), height: round(Math.abs(a.y - b.y)) },
  };
  return box.width > 0 && box.height > 0 ? box : null;
}

/** The head's params for these prompts; undefined where there is nothing yet that it could look at. */
export function paramsFor(
  { points, box }: PromptedHead,
  shown: Prompts,
): Readonly<Record<string, unknown>> | undefined {
  if (!shown.box && !shown.points.some(({ positive }) => positive)) return undefined;
  return {
    ...(points && shown.points.length > 0 && { [points.name]: shown.points }),
    ...(box !== null && shown.box && { [box]: shown.box }),
  };
}

/** What is shown so far, and what may be done next, in words. */
export function describePrompts({ points, box }: PromptedHead, shown: Prompts): string {
  if (shown.points.length === 0 && !shown.box) {
    const ways = [
      ...(points ? ['click on an object'] : []),
      ...(box === null ? [] : [points ? 'drag a box around it' : 'drag a box around an object']),
    ];
    const words = ways.join(', or ');
    return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
  }
  const on = shown.points.filter(({ positive }) => positive).length;
  const beside = shown.points.length - on;
  const parts = [
    ...(on > 0 ? [`${count(on, 'point')} on the object`] : []),
    ...(beside > 0 ? [`${count(beside, 'point')} beside it`] : []),
    ...(shown.box ? ['a box'] : []),
  ];
  const missing = on === 0 && !shown.box ? ': now click on the object itself' : '';
  return `Shown: ${parts.join(', ')}${missing}.`;
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`;
}

function within(value: number, most: number): number {
  return round(Math.min(Math.max(value, 0), most));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
