/** The longest decimal string (DS). */
const LONGEST_DECIMAL = 16;

/** A number as DS, at most 16 characters: exact where it fits, else rounded as little as possible. */
export function decimalString(value: number, fractionDigits?: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`A decimal string holds a finite number; got ${value}.`);
  const rounded = fractionDigits === undefined ? value : Number(value.toFixed(fractionDigits));
  let text = shortest(rounded);
  for (let digits = 15; text.length > LONGEST_DECIMAL; digits -= 1)
    text = shortest(Number(rounded.toPrecision(digits)));
  return text === '-0' ? '0' : text;
}

function shortest(value: number): string {
  const plain = String(value);
  if (plain.length <= LONGEST_DECIMAL) return plain;
  const exponential = value.toExponential();
  return plain.length <= exponential.length ? plain : exponential;
}

/** A text for LO or SH: without what separates values, and cut to its length. */
export function shortText(text: string, longest: number): string {
  return Array.from(text.replace(/[\\\p{Cc}]/gu, ' ').trim())
    .slice(0, longest)
    .join('');
}

export interface Moment {
  /** DA */
  readonly date: string;
  /** TM */
  readonly time: string;
}

/**
 * The moment in the source's time zone if it says one, since an object has one for all its times; else in this
 * machine's.
 */
export function formatMoment(now: Date, timezoneOffset?: string): Moment {
  const offset = /^([+-])(\d\d)(\d\d)$/.exec(timezoneOffset ?? '');
  const minutes = offset
    ? (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3]))
    : -now.getTimezoneOffset();
  const text = new Date(now.getTime() + minutes * 60_000).toISOString();
  return { date: text.slice(0, 10).replaceAll('-', ''), time: text.slice(11, 19).replaceAll(':', '') };
}
