export type { ClassFinding, Failures, Finding, MaskFinding } from './failures/failures.type.js';
export { HARD_CASES } from './failures/hard-cases.js';
export type { HeadCases } from './failures/hard-case.type.js';
export { LEAST_DICE, MOST_LOSS } from './failures/judge.js';
