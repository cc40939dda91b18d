// Published as @medzoo/core/measure: masks in numbers, without native modules, so that a worker thread may load it.
export { splitRle } from '../masks/split-rle.js';
export { measureMask, type MaskMeasurements } from './measure-mask.js';
