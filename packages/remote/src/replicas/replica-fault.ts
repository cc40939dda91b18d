/**
 * Why one server did not answer a request, which decides what comes next.
 * - unreachable: no connection, so nothing was sent; another attempt does no harm.
 * - busy: 429 or 503; later, or elsewhere.
 * - unready: the model is not loaded there (any more).
 * - cut: the connection ended after the request was sent, or a proxy says 502. Tried once more and not again: the
 *   request may be what ended the server.
 * - late: no answer within the time a request has, or a proxy's 504; another attempt would only add to the load.
 * - refused: any other status.
 */
export type FaultKind = 'unreachable' | 'busy' | 'unready' | 'cut' | 'late' | 'refused';

/** A sentence about one server, without headers, queries, or anything that was sent. */
export class ReplicaFault extends Error {
  override readonly name = 'ReplicaFault';

  constructor(
    readonly kind: FaultKind,
    message: string,
    readonly facts: { readonly status?: number; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(message);
  }
}
