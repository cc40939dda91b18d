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

/** "1 image", "2 images" */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Three digits or one decimal: "0.4", "12.3", "123". */
export function formatMs(ms: number): string {
  return ms >= 100 ? ms.toFixed(0) : ms.toFixed(1);
}
