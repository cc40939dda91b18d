import type { ImageDescription } from '@medzoo/core/contract';
import { orderSeries, type OrderedSeries, type SeriesSlice } from './order-series.js';

/** What `orderSeries` must know of an image of any format. */
export function toSlice({ width, height, facts }: Pick<ImageDescription, 'width' | 'height' | 'facts'>): SeriesSlice {
  return { rows: height, columns: width, spacing: facts.spacing, geometry: facts.geometry };
}

/**
 * Images in the order in which they lie in the patient, and whether they make a volume in that order: `order.order` is
 * 0, 1, 2 and so on, and a reason counts the images, from 0, as they are in `sorted`.
 */
export function sortSeries<T>(
  images: readonly T[],
  describe: (image: T) => Pick<ImageDescription, 'width' | 'height' | 'facts'>,
): { readonly sorted: readonly T[]; readonly order: OrderedSeries } {
  const sorted = orderSeries(images.map((image) => toSlice(describe(image)))).order.map((index) => images[index]!);
  // Asked again, because a reason compares with the first image, which may be another one now.
  return { sorted, order: orderSeries(sorted.map((image) => toSlice(describe(image)))) };
}
