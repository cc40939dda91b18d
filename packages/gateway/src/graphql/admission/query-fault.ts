/** Why a query is not executed, in words for its author. */
export class QueryFault extends Error {
  override readonly name = 'QueryFault';
}
