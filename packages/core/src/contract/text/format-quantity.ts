/** UCUM's symbols for units of time say nothing to most readers. */
const WORDS: Readonly<Record<string, string>> = {
  a: 'years',
  mo: 'months',
  wk: 'weeks',
  d: 'days',
  h: 'hours',
  min: 'min',
  Cel: '°C',
  deg: '°',
  um: 'µm',
  mm2: 'mm²',
  mm3: 'mm³',
  cm2: 'cm²',
  cm3: 'cm³',
};

/** "128 months", "0.571": a number to four digits, and its unit, which UCUM's symbol names, in words. */
export function formatQuantity(value: number, unit: string): string {
  return `${Number(value.toPrecision(4))} ${nameUnit(unit)}`.trim();
}

/** "months" for UCUM's mo; the symbol of a unit that has no better name, and nothing for '1'. */
export function nameUnit(unit: string): string {
  if (unit === '1') return '';
  return Object.hasOwn(WORDS, unit) ? WORDS[unit]! : unit;
}
