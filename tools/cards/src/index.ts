export type { ClassFinding, FindingOf, Failures, Finding, MaskFinding } from './failures.type.js';
export { HARD_CASES } from './hard-cases.js';
export type { HeadCases } from './hard-case.type.js';
export { LEAST_DICE, MOST_LOSS } from './judge.js';
