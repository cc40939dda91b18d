/** One line of the report: what was measured against what was wanted. */
export interface Finding {
  readonly row: string;
  readonly what: string;
  /** In words; empty where nothing was asked but the number itself. */
  readonly target: string;
  readonly measured: string;
  /** Null where there is no target. */
  readonly isMet: boolean | null;
  /** The numbers behind it, for the JSON. */
  readonly numbers: Readonly<Record<string, number>>;
}

interface Bound {
  readonly row: string;
  readonly what: string;
  readonly value: number;
  readonly numbers?: Readonly<Record<string, number>>;
  /** '' for a ratio. */
  readonly unit?: string;
  readonly digits?: number;
  /** Behind the number, in words. */
  readonly note?: string;
}

export function atMost(limit: number, bound: Bound): Finding {
  return bounded('≤', limit, bound, bound.value <= limit);
}

export function atLeast(limit: number, bound: Bound): Finding {
  return bounded('≥', limit, bound, bound.value >= limit);
}

/** A number that nobody set a bound to. */
export function plain({ row, what, value, numbers, unit = '', digits = 2, note }: Bound): Finding {
  const measured = withNote(withUnit(value.toFixed(digits), unit), note);
  return { row, what, target: '', measured, isMet: null, numbers: { value, ...numbers } };
}

function bounded(
  sign: string,
  limit: number,
  { row, what, value, numbers, unit = '', digits = 2, note }: Bound,
  isMet: boolean,
): Finding {
  const measured = withNote(withUnit(value.toFixed(digits), unit), note);
  return {
    row,
    what,
    target: `${sign} ${withUnit(String(limit), unit)}`,
    measured,
    isMet,
    numbers: { value, ...numbers },
  };
}

function withUnit(number: string, unit: string): string {
  return unit === '' ? number : `${number} ${unit}`;
}

function withNote(text: string, note: string | undefined): string {
  return note === undefined ? text : `${text} (${note})`;
}
