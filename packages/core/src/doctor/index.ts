export { formatBytes } from '../contract/text/format-bytes.js';
export { diagnose } from './diagnose.js';
export type { Diagnosis } from './diagnose.js';
export { examine } from './examine.js';
export type { Facts } from './facts.js';
export { formatReport } from './format-report.js';
export { prefetchConfig } from './prefetch-config.js';
