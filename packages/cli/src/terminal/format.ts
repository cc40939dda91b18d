/** "98 %"; only what is certain is called 0 or 100. */
export function formatPercent(fraction: number): string {
  const percent = Math.round(fraction * 100);
  if (percent === 0 && fraction > 0) return '<1 %';
  if (percent === 100 && fraction < 1) return '>99 %';
  return `${percent} %`;
}

/** "54 210" */
export function formatCount(count: number): string {
  return String(count).replaceAll(/\B(?=(\d{3})+$)/g, ' ');
}

/** "1 image", "54 210 images", "3 entries": as `countOf` of @medzoo/core, which does not set the thousands apart. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Three digits or one decimal: "0.4", "12.3", "123". */
export function formatMs(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toFixed(1);
}
