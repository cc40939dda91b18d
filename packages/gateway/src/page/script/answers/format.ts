/** As in core's pictures: what is not quite nothing is not called 0 %. */
export function formatPercent(fraction: number): string {
  const percent = Math.round(fraction * 100);
  if (percent === 0 && fraction > 0) return '<1 %';
  if (percent === 100 && fraction < 1) return '>99 %';
  return `${percent} %`;
}

/** Milliseconds for a person. */
export function formatDuration(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** A file's size for a person, in the MB of MEDZOO_MAX_IMAGE_MB, which are 2^20 bytes. */
export function formatFileSize(bytes: number): string {
  if (bytes < 2 ** 10) return `${formatCount(bytes)} bytes`;
  const megabytes = bytes / 2 ** 20;
  return megabytes < 1 ? `${Math.ceil(bytes / 2 ** 10)} kB` : `${Number(megabytes.toFixed(1))} MB`;
}

/** Groups of three, apart by a narrow space that does not break. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, '\u202f');
}
