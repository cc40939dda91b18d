export { createHeadPackage } from './head/generator.js';
export type { HeadOptions } from './head/generator.js';
