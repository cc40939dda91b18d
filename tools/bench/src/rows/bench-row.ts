import type { BenchImages } from '../images/bench-images.js';
import type { Finding } from '../report/finding.js';

export interface BenchContext {
  /** Few and short rounds. */
  readonly isQuick: boolean;
  /** In order of preference, as medzoo names them. */
  readonly providers: readonly string[];
  readonly cores: number;
  readonly images: BenchImages;
  /** Progress, for the person who waits. */
  readonly say: (text: string) => void;
}

/** Comparisons that belong together and need the same servers. */
export interface BenchRow {
  readonly id: string;
  readonly about: string;
  measure(context: BenchContext): Promise<readonly Finding[]>;
}

/** `quick` for a quick run. */
export function pick<T>({ isQuick }: Pick<BenchContext, 'isQuick'>, full: T, quick: T): T {
  return isQuick ? quick : full;
}

export const MEGABYTE = 2 ** 20;
