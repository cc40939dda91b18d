import type { HeadRunBudget } from '../analysis/head-run-budget.js';

/** What the resolvers of one request share. */
export interface GatewayContext {
  /** Aborts when the client hangs up. */
  readonly signal: AbortSignal;
  readonly budget: HeadRunBudget;
}
