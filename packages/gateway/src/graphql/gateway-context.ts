import type { RequestTurns } from '../analysis/analysis-places.js';
import type { HeadRunBudget } from '../analysis/head-run-budget.js';
import type { Principal } from '../http/principal-of.js';
import type { RequestReads } from '../reading/request-reads.js';
import type { AnswerBudget } from './answer-budget.js';

/** What the resolvers of one request share. */
export interface GatewayContext {
  /** Aborts when the client hangs up. */
  readonly signal: AbortSignal;
  /** Who asks, so that callers who wait take turns. */
  readonly principal: Principal;
  readonly budget: HeadRunBudget;
  readonly answer: AnswerBudget;
  /** The request's analyses wait for one another. */
  readonly turns: RequestTurns;
  /** So do the files that it asks about. */
  readonly reads: RequestReads;
}
