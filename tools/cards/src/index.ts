export { digestsOf } from './digests-of.js';
export type { ClassFinding, FindingOf, Failures, Finding, MaskFinding, Outcome } from './failures.type.js';
export { HARD_CASES } from './hard-cases.js';
export type { CardTask, HeadCases } from './hard-case.type.js';
export { isOwnKind, LEAST_DICE, MOST_LOSS } from './judge.js';
